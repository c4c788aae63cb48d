using System.Net;
using System.Text.Json;
using Webhooks.Client;
using Webhooks.Contract;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class A_refusal : IDisposable
{
    private readonly Service _service = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Has_the_code_and_detail_of_its_problem()
    {
        _service.Answers("POST", "/jobs", Service.Problem(422, "invalid_request", "type is required."));

        var refusal = await Assert.ThrowsAsync<JobApiException>(() => _service.Client().SubmitAsync(new(), stop: _stop));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refusal.StatusCode);
        Assert.Equal(ProblemCodes.InvalidRequest, refusal.Code);
        Assert.Equal("type is required.", refusal.Detail);
        Assert.Equal("type", refusal.Problem!.Extensions!["field"].GetString());
        Assert.Equal("The service answered 422 invalid_request: type is required.", refusal.Message);
        Assert.Single(_service.Requests);
    }

    [Fact]
    public async Task Comes_from_a_conditional_read_too()
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Problem(404, "not_found", "No such job."));

        var refusal = await Assert.ThrowsAsync<JobApiException>(() => _service.Client().WaitAsync(JobId, _stop));

        Assert.Equal(ProblemCodes.NotFound, refusal.Code);
    }

    [Fact]
    public async Task Says_how_long_to_wait()
    {
        _service.Answers("POST", "/keys", Service.Problem(429, "rate_limited", "Slow down.").WithHeader("Retry-After", "9"));

        var refusal = await Assert.ThrowsAsync<JobApiException>(() => _service.Client().Keys.CreateAsync(new(), _stop));

        Assert.Equal(TimeSpan.FromSeconds(9), refusal.RetryAfter);
    }

    [Theory]
    [InlineData("text/html", "<html>")]
    [InlineData("application/problem+json", "<html>")]
    [InlineData("application/problem+json", "")]
    public async Task Of_somebody_in_between_has_a_status_only(string contentType, string body)
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Status(403).WithHeader("Content-Type", contentType).WithBody(body));

        var refusal = await Assert.ThrowsAsync<JobApiException>(() => _service.Client().GetAsync(JobId, _stop));

        Assert.Equal(HttpStatusCode.Forbidden, refusal.StatusCode);
        Assert.Null(refusal.Code);
        Assert.Equal("The service answered 403.", refusal.Message);
    }

    [Fact]
    public async Task Is_not_made_up_from_an_answer_that_cannot_be_read()
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Json(200, "<html>"));

        await Assert.ThrowsAsync<JsonException>(() => _service.Client().GetAsync(JobId, _stop));
    }

    public void Dispose() => _service.Dispose();
}
