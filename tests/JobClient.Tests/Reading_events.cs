using Webhooks.Client;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class Reading_events : IDisposable
{
    private const string Path = $"/jobs/{JobId}/events";

    private readonly Service _service = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Goes_from_page_to_page_and_ends_after_the_terminal_one()
    {
        _service.Answers("GET", Path,
            Page(2, terminal: false, Event(1, "job.enqueued", "pending"), Event(2, "job.started", "running")),
            Page(2, terminal: false).WithHeader("Retry-After", "2"),
            Page(3, terminal: true, Event(3, "job.succeeded", "succeeded")));

        var reading = Task.Run(async () => await _service.Client().EventsAsync(JobId, stop: _stop).ToListAsync(_stop), _stop);
        await _service.Clock.PassAsync(2);
        var events = await reading;

        Assert.Equal([1, 2, 3], events.Select(happened => happened.Seq));
        Assert.Equal(["pending", "running", "succeeded"], events.Select(happened => happened.Status));
        Assert.All(events, happened => Assert.Equal(JobId, happened.JobId));
        Assert.Equal(["?after=0", "?after=2", "?after=2"], _service.Requests.Select(request => request.RawQuery));
    }

    [Fact]
    public async Task Reads_on_when_a_page_of_an_ended_job_is_not_its_last()
    {
        _service.Answers("GET", Path,
            Page(1, terminal: true, Event(1, "job.enqueued", "pending")),
            Page(2, terminal: true, Event(2, "job.canceled", "canceled")));

        Assert.Equal(2, await _service.Client().EventsAsync(JobId, stop: _stop).CountAsync(_stop));
    }

    [Fact]
    public async Task Of_an_unknown_job_is_refused()
    {
        _service.Answers("GET", Path, Service.Problem(404, "not_found", "No such job."));

        var refusal = await Assert.ThrowsAsync<JobApiException>(async () => await _service.Client().EventsAsync(JobId, stop: _stop).CountAsync(_stop));

        Assert.Equal("not_found", refusal.Code);
    }

    public void Dispose() => _service.Dispose();

    private static WireMock.ResponseBuilders.IResponseBuilder Page(int nextAfter, bool terminal, params string[] events) =>
        Service.Json(200, $$"""{"events":[{{string.Join(',', events)}}],"next_after":{{nextAfter}},"terminal":{{(terminal ? "true" : "false")}}}""");
}
