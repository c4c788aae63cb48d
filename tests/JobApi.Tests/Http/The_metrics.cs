using System.Text.RegularExpressions;

namespace JobApi.Tests.Http;

public sealed partial class The_metrics
{
    [Fact]
    public async Task are_for_administrators_unless_they_are_opened()
    {
        await using var service = await Service.StartAsync(_ => { });
        var client = (await service.PostAsync("/keys", """{"name":"n","role":"client"}""")).Text("key");

        Assert.Equal(401, (await service.SendAsync(HttpMethod.Get, "/metrics", null, null)).Status);
        Assert.Equal(403, (await service.GetAsync("/metrics", client)).Status);
        Assert.Equal(200, (await service.GetAsync("/metrics")).Status);

        await using var open = await Service.StartAsync(_ => { }, ("Metrics:Anonymous", "true"));
        Assert.Equal(200, (await open.SendAsync(HttpMethod.Get, "/metrics", null, null)).Status);
    }

    [Fact]
    public async Task count_what_this_process_did_and_what_waits()
    {
        await using var service = await Service.StartAsync(_ => { });
        await using var other = await Service.StartAsync(_ => { });
        foreach (var _ in Enumerable.Range(0, 3))
            await other.SubmitAsync();
        await service.SubmitAsync();
        await service.SubmitAsync();
        await service.DeleteAsync($"/jobs/{await service.SubmitAsync("""{"type":"idle","callback_url":"https://receiver.example/hook"}""")}");

        var answer = await service.GetAsync("/metrics");

        Assert.StartsWith("text/plain", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal("3", Value(answer, "webhooks_jobs_accepted_total", null));
        Assert.Equal("1", Value(answer, "webhooks_jobs_ended_total", "canceled"));
        Assert.Equal("2", Value(answer, "webhooks_jobs_pending", null));
        Assert.Equal("1", Value(answer, "webhooks_deliveries_pending", null));
        Assert.Equal("0", Value(answer, "webhooks_deliveries_parked", null));
        Assert.Equal("0", Value(answer, "webhooks_claims_waiting", null));
        Assert.Equal("0", Value(answer, "webhooks_streams_open", null));
        Assert.Contains("dotnet_process_memory_working_set", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task name_no_tenant_no_receiver_and_no_type_of_job()
    {
        await using var service = await Service.StartAsync(_ => { });
        await service.SubmitAsync("""{"type":"peculiar","callback_url":"https://receiver.example/hook"}""");

        var answer = await service.GetAsync("/metrics");

        Assert.DoesNotContain("peculiar", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("receiver.example", answer.Body, StringComparison.Ordinal);
        var ours = answer.Body.Split('\n').Where(line => line.StartsWith("webhooks_", StringComparison.Ordinal)).SelectMany(line => Label().Matches(line)).Select(m => m.Groups[1].Value);
        Assert.Subset(new HashSet<string> { "outcome", "le", "otel_scope_name" }, ours.ToHashSet());
    }

    private static string Value(Answer answer, string name, string? outcome) =>
        Assert.Single(
            answer.Body.Split('\n'),
            line => Regex.IsMatch(line, $"^{name}[ {{]") && (outcome is null || line.Contains($"outcome=\"{outcome}\"", StringComparison.Ordinal))).Split(' ')[1];

    [GeneratedRegex("[{,](\\w+)=\"")]
    private static partial Regex Label();
}
