using System.Text.Json;
using Webhooks.Client;
using Webhooks.Contract;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class Secrets_stay_secret : IDisposable
{
    private readonly Service _service = new();

    [Fact]
    public async Task In_every_log_and_exception()
    {
        _service.Answers("POST", "/jobs", Service.Status(503), Service.Problem(422, "invalid_request", "No."));
        _service.Answers("GET", $"/jobs/{JobId}", Service.Json(200, "<html>"));
        using var logs = new Logs();
        var jobs = _service.Client(logs: logs);

        var refused = await Record.ExceptionAsync(() => jobs.SubmitAsync(new() { Type = "a" }, stop: TestContext.Current.CancellationToken));
        var unreadable = await Record.ExceptionAsync(() => jobs.GetAsync(JobId, TestContext.Current.CancellationToken));

        Assert.NotEmpty(logs.Lines);
        Assert.DoesNotContain(logs.Lines, line => line.Contains(Service.Key, StringComparison.Ordinal));
        Assert.All([refused, unreadable], failure => Assert.DoesNotContain(Service.Key, failure!.ToString()));
        Assert.All([refused, unreadable], failure => Assert.False(failure!.GetType().Namespace!.StartsWith("Refit", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("whsec_c2VjcmV0", "whsec_***")]
    [InlineData("whk_c2VjcmV0", "whk_***")]
    [InlineData("c2VjcmV0", "***")]
    public void When_they_are_printed(string text, string shown)
    {
        Secret secret = text;
        var callback = new CreateCallback { Secret = secret };

        Assert.Equal(shown, secret.ToString());
        Assert.DoesNotContain("c2VjcmV0", callback.ToString());
        Assert.Equal(text, secret.Reveal());
    }

    [Fact]
    public void But_travel_in_json()
    {
        var key = JsonSerializer.Deserialize<KeyDocument>(Key, ContractJson.Options)!;

        Assert.Equal("whk_new", key.Key!.Reveal());
        Assert.Contains("\"key\":\"whk_new\"", JsonSerializer.Serialize(key, ContractJson.Options));
    }

    public void Dispose() => _service.Dispose();
}
