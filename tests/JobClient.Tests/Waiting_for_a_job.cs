using System.Text.Json;
using Webhooks.Client;
using Webhooks.Contract;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class Waiting_for_a_job : IDisposable
{
    private const string Path = $"/jobs/{JobId}";

    private readonly Service _service = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asks_for_what_is_newer_than_it_knows_and_pauses_as_told()
    {
        _service.Answers("GET", Path,
            Service.Json(200, Job("running", 2)).WithHeader("ETag", "\"v2\"").WithHeader("Retry-After", "3"),
            Service.Status(304).WithHeader("ETag", "\"v2\"").WithHeader("Retry-After", "5"),
            Service.Json(200, Job("running", 4)).WithHeader("ETag", "\"v4\""),
            Service.Json(200, Job("succeeded", 5)).WithHeader("ETag", "\"v5\""));

        var waiting = _service.Client().WaitAsync(JobId, _stop);
        await _service.Clock.PassAsync(3);
        await _service.Clock.PassAsync(5);
        await _service.Clock.PassAsync(1);

        Assert.Equal(5, (await waiting).Version);
        Assert.Equal([null, "\"v2\"", "\"v2\"", "\"v4\""], _service.Requests.Select(request => request.Header("If-None-Match")));
        Assert.All(_service.Requests, request => Assert.Equal("wait=30", request.Header("Prefer")));
    }

    [Fact]
    public async Task Never_pauses_where_the_service_holds_its_answers_back()
    {
        _service.Answers("GET", Path,
            Service.Json(200, Job("running", 2)).WithHeader("ETag", "\"v2\"").WithHeader("Retry-After", "30").WithHeader("Preference-Applied", "wait=30"),
            Service.Json(200, Job("succeeded", 3)).WithHeader("ETag", "\"v3\"").WithHeader("Preference-Applied", "wait=30"));

        await _service.Client().WaitAsync(JobId, _stop);

        Assert.Equal([$"GET {Path}?after=0", $"GET {Path}"], _service.Requests.Select(request => request.Line()));
    }

    [Fact]
    public async Task Polls_plainly_when_it_should()
    {
        _service.Answers("GET", Path, Service.Json(200, Job("canceled", 2)));

        await _service.Client(options => options.LongPoll = TimeSpan.Zero).WaitAsync(JobId, _stop);

        Assert.Null(_service.Request.Header("Prefer"));
    }

    [Fact]
    public async Task After_a_submit_goes_on_from_the_state_that_was_answered()
    {
        _service.Answers("POST", "/jobs", Service.Json(202, Job("pending", 1)));
        _service.Answers("GET", Path, Service.Json(200, Job("succeeded", 3, ""","result":{"word_count":42,"new_member":true}""")));

        var outcome = await _service.Client().RunAsync<Report>(new() { Type = "research" }, _stop);

        var done = Assert.IsType<JobOutcome<Report>.Succeeded>(outcome);
        Assert.Equal(new Report(42), done.Result);
        Assert.Equal(new Report(42), outcome.ResultOrThrow());
        Assert.Equal("\"v1\"", _service.Requests[1].Header("If-None-Match"));
    }

    [Fact]
    public async Task Is_over_at_once_when_the_job_had_ended_before()
    {
        _service.Answers("POST", "/jobs", Service.Json(202, Job("succeeded", 3)).WithHeader("Idempotency-Replayed", "true"));

        var outcome = await _service.Client().RunAsync<Report>(new() { Type = "research" }, _stop);

        Assert.Null(outcome.ResultOrThrow());
        Assert.Single(_service.Requests);
    }

    [Fact]
    public async Task Tells_why_it_failed()
    {
        _service.Answers("GET", Path, Service.Json(200, Job("failed", 3, ""","error":{"code":"quota","message":"Too much."}""")));

        var outcome = await _service.Client().WaitAsync<Report>(JobId, _stop);

        var failed = Assert.IsType<JobOutcome<Report>.Failed>(outcome);
        Assert.Equal(new JobError("quota", "Too much."), failed.Error);
        var thrown = Assert.Throws<JobUnsuccessfulException>(outcome.ResultOrThrow);
        Assert.Equal($"{JobId} failed with quota: Too much.", thrown.Message);
        Assert.Same(outcome.Job, thrown.Job);
    }

    [Fact]
    public async Task Tells_that_it_was_canceled()
    {
        _service.Answers("GET", Path, Service.Json(200, Job("canceled", 3)));

        var outcome = await _service.Client().WaitAsync<Report>(JobId, _stop);

        Assert.IsType<JobOutcome<Report>.Canceled>(outcome);
        Assert.Throws<JobUnsuccessfulException>(outcome.ResultOrThrow);
    }

    [Fact]
    public async Task Refuses_a_result_of_another_shape()
    {
        _service.Answers("GET", Path, Service.Json(200, Job("succeeded", 3, ""","result":"a sentence" """)));

        await Assert.ThrowsAsync<JsonException>(() => _service.Client().WaitAsync<Report>(JobId, _stop));
    }

    [Fact]
    public async Task Ends_when_the_caller_gives_up()
    {
        _service.Answers("GET", Path, Service.Json(200, Job("running", 2)));
        using var caller = new CancellationTokenSource();

        var waiting = _service.Client().WaitAsync(JobId, caller.Token);
        await _service.Clock.PassAsync(1);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    public void Dispose() => _service.Dispose();

    private sealed record Report(int WordCount);
}
