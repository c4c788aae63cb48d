using System.Net;
using Webhooks.Client;
using Webhooks.Contract;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class Watching_a_job
{
    /// <summary>What passes between two looks: little enough that no call is too slow for its limit.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private static readonly DateTimeOffset Start = new StepClock().GetUtcNow();

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_the_stream_to_the_terminal_event()
    {
        await using var service = new RawService(async (request, answer) =>
        {
            await answer.StreamAsync();
            await answer.WriteAsync(": welcome\nretry: 1000\n\n");
            await answer.ItemAsync(1, "job.enqueued", "pending");
            await answer.ItemAsync(2, "job.started", "running");
            await answer.WriteAsync(": ping\n\n");
            await answer.ItemAsync(3, "job.succeeded", "succeeded");
            await answer.HangAsync();
        });

        var events = await SeenAsync(service);

        Assert.Equal([1, 2, 3], events.Select(happened => happened.Seq));
        Assert.Equal($"GET /jobs/{JobId}/events?after=0 HTTP/1.1", Assert.Single(service.Requests).Line);
        Assert.True(service.Requests[0].WantsStream);
        Assert.Equal($"evt_{JobId}_3", events[2].Id);
    }

    [Fact]
    public async Task Goes_on_where_a_stream_was_cut_and_shows_nothing_twice()
    {
        var times = 0;
        await using var service = new RawService(async (request, answer) =>
        {
            await answer.StreamAsync();
            if (++times == 1)
            {
                await answer.ItemAsync(1, "job.enqueued", "pending");
                await answer.ItemAsync(2, "job.started", "running");
                await answer.WriteAsync("id: 3\nevent: job.progress\ndata: {\"type\":\"job.pro");
                return;
            }
            await answer.ItemAsync(2, "job.started", "running"); // what was seen comes again
            await answer.ItemAsync(3, "job.progress", "running");
            await answer.ItemAsync(4, "job.failed", "failed");
        });

        Assert.Equal([1, 2, 3, 4], (await SeenAsync(service)).Select(happened => happened.Seq));
        Assert.Equal([0, 2], service.Requests.Select(request => request.After));
        Assert.All(service.Requests, request => Assert.True(request.WantsStream));
    }

    [Fact]
    public async Task Begins_after_what_was_seen_elsewhere()
    {
        await using var service = Pages(3, stream: (_, answer) => answer.HeadAsync(204, null));

        Assert.Empty(await SeenAsync(service, after: 3));
        Assert.Equal(3, Assert.Single(service.Requests).After);
    }

    [Theory]
    [InlineData(200, "application/json")]
    [InlineData(200, "text/html")]
    [InlineData(406, "text/plain")]
    [InlineData(405, "text/plain")]
    public async Task Reads_pages_where_no_stream_is_to_be_had(int status, string type)
    {
        await using var service = Pages(3, stream: (_, answer) => answer.AllAsync(status, type, "{}"));

        Assert.Equal([1, 2, 3], (await SeenAsync(service)).Select(happened => happened.Seq));
        Assert.Equal([true, false, false], service.Requests.Select(request => request.WantsStream));
        Assert.Equal("wait=30", service.Requests[1].Header("Prefer"));
    }

    [Fact]
    public async Task Reads_pages_where_something_holds_the_whole_stream_back()
    {
        await using var service = Pages(3, stream: (_, answer) => answer.HangAsync());

        var seeing = SeenAsync(service);
        await service.Clock.PassAsync(10);

        Assert.Equal([1, 2, 3], (await seeing).Select(happened => happened.Seq));
    }

    [Fact]
    public async Task Reads_pages_where_something_holds_the_body_back()
    {
        await using var service = Pages(3, stream: async (_, answer) =>
        {
            await answer.StreamAsync();
            await answer.HangAsync();
        });

        var seeing = SeenAsync(service);
        await RawService.UntilAsync(() => service.Requests.Count > 1, () => service.Clock.Advance(Moment));

        Assert.Equal([1, 2, 3], (await seeing).Select(happened => happened.Seq));
        Assert.True(service.Clock.GetUtcNow() - Start >= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Reads_pages_when_a_stream_falls_silent()
    {
        await using var service = Pages(3, stream: async (_, answer) =>
        {
            await answer.StreamAsync();
            await answer.ItemAsync(1, "job.enqueued", "pending");
            await answer.HangAsync();
        });

        var (events, seeing) = Seeing(service);
        await RawService.UntilAsync(() => events.Count == 1);
        var spoke = service.Clock.GetUtcNow();
        await RawService.UntilAsync(() => service.Requests.Count > 1, () => service.Clock.Advance(Moment));

        Assert.True(service.Clock.GetUtcNow() - spoke >= TimeSpan.FromSeconds(45));
        await seeing;
        Assert.Equal([1, 2, 3], events.Select(happened => happened.Seq));
        Assert.Equal([0, 1], service.Requests.Select(request => request.After));
    }

    [Fact]
    public async Task Polls_where_long_polls_are_cut()
    {
        await using var service = Pages(3, stream: (_, answer) => answer.AllAsync(406, "text/plain", ""));
        var pages = service.Answer;
        service.Answer = (request, answer) => request.Header("Prefer") is null ? pages(request, answer) : answer.AllAsync(504, "text/plain", "");

        Assert.Equal([1, 2, 3], (await SeenAsync(service)).Select(happened => happened.Seq));
        Assert.Equal(["text/event-stream", null, null, null], service.Requests.Take(4).Select(request => request.WantsStream ? request.Header("Accept") : null));
        Assert.Equal([null, "wait=30", "wait=30", null], service.Requests.Take(4).Select(request => request.Header("Prefer")));
    }

    [Fact]
    public async Task Comes_back_to_the_stream_after_a_while()
    {
        await using var service = Pages(2, end: false, stream: (_, answer) => answer.AllAsync(406, "text/plain", ""));

        var seeing = SeenAsync(service);
        await RawService.UntilAsync(() => service.Requests.Any(request => !request.WantsStream && request.After == 2));
        service.Answer = async (request, answer) =>
        {
            if (!request.WantsStream)
                await answer.AllAsync(200, "application/json", $$"""{"events":[],"next_after":{{request.After}},"terminal":false}""");
            else
            {
                await answer.StreamAsync();
                await answer.ItemAsync(3, "job.succeeded", "succeeded");
            }
        };
        for (var second = 0; second < 60; second++)
            await service.Clock.PassAsync(1);

        Assert.Equal([1, 2, 3], (await seeing).Select(happened => happened.Seq));
        Assert.True(service.Requests[^1].WantsStream);
        Assert.Equal(2, service.Requests.Count(request => request.WantsStream));
    }

    [Fact]
    public async Task Outlives_a_restart_of_the_service()
    {
        await using var service = new RawService(async (_, answer) =>
        {
            await answer.StreamAsync();
            await answer.ItemAsync(1, "job.enqueued", "pending");
        });
        var (events, seeing) = Seeing(service, options => options.RetryDelay = TimeSpan.FromMilliseconds(500));
        await RawService.UntilAsync(() => events.Count == 1);
        await service.GoAwayAsync();
        var looks = 0;
        await RawService.UntilAsync(() => ++looks > 50, () => service.Clock.Advance(TimeSpan.FromSeconds(1)));
        Assert.False(seeing.IsCompleted);

        service.Answer = async (request, answer) =>
        {
            await answer.StreamAsync();
            await answer.ItemAsync(request.After + 1, "job.succeeded", "succeeded");
        };
        service.ComeBack();
        await RawService.UntilAsync(() => seeing.IsCompleted, () => service.Clock.Advance(Moment));

        await seeing;
        Assert.Equal([1, 2], events.Select(happened => happened.Seq));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Waits_for_as_long_as_it_is_asked_to(int status)
    {
        await using var service = Pages(1, stream: (_, answer) => answer.AllAsync(status, "text/plain", "", "Retry-After: 7"));

        var seeing = SeenAsync(service);
        await service.Clock.PassAsync(7);
        Assert.Single(service.Requests.Take(1));
        if (status == 503)
            await service.Clock.PassAsync(7); // an outage is no fault of the stream: it is tried once more

        Assert.Single(await seeing);
    }

    [Fact]
    public async Task Asks_without_waiting_where_too_many_wait()
    {
        await using var service = new RawService((request, answer) => request.WantsStream || request.Header("Prefer") is not null
            ? answer.AllAsync(429, "text/plain", "", "Retry-After: 5")
            : PageAsync(answer, request.After, Math.Min(5, request.After + 2), last: 5));

        var seeing = SeenAsync(service);
        await service.Clock.PassAsync(5);
        await service.Clock.PassAsync(5);

        Assert.Equal([1, 2, 3, 4, 5], (await seeing).Select(happened => happened.Seq));
        Assert.Equal(
            ["stream", "wait=30", "plain", "plain", "plain"], service.Requests.Select(r => r.WantsStream ? "stream" : r.Header("Prefer") ?? "plain"));
    }

    [Theory]
    [InlineData(401, "unauthorized")]
    [InlineData(404, "not_found")]
    public async Task Ends_when_the_service_refuses(int status, string code)
    {
        await using var service = new RawService((_, answer) =>
            answer.AllAsync(status, "application/problem+json", $$"""{"code":"{{code}}","status":{{status}}}"""));

        var refusal = await Assert.ThrowsAsync<JobApiException>(() => SeenAsync(service));

        Assert.Equal(((HttpStatusCode)status, code), (refusal.StatusCode, refusal.Code));
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task Reads_a_gap_again_from_where_it_begins()
    {
        await using var service = Pages(4, stream: async (request, answer) =>
        {
            if (request.After > 0)
            {
                await answer.AllAsync(406, "text/plain", "");
                return;
            }
            await answer.StreamAsync();
            await answer.ItemAsync(1, "job.enqueued", "pending");
            await answer.ItemAsync(3, "job.progress", "running");
            await answer.HangAsync();
        });

        Assert.Equal([1, 2, 3, 4], (await SeenAsync(service)).Select(happened => happened.Seq));
        Assert.Equal(1, service.Requests[1].After);
    }

    [Fact]
    public async Task Ends_when_its_reader_does()
    {
        await using var service = new RawService(async (_, answer) =>
        {
            await answer.StreamAsync();
            await answer.ItemAsync(1, "job.enqueued", "pending");
            await answer.HangAsync();
        });
        using var reader = CancellationTokenSource.CreateLinkedTokenSource(_stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in service.Client().WatchAsync(JobId, stop: reader.Token))
                await reader.CancelAsync();
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Sees_each_event_once_and_in_order_whatever_happens_on_the_way(int seed)
    {
        const int All = 200;
        var chance = new Random(seed);
        await using var service = new RawService((request, answer) =>
        {
            int luck;
            lock (chance)
                luck = chance.Next();
            return (luck % 7) switch
            {
                0 => Task.CompletedTask,
                1 => answer.AllAsync(502, "text/html", "<h1>Bad gateway</h1>"),
                2 => answer.AllAsync(200, "text/html", "<h1>Please log in</h1>"),
                _ when request.WantsStream => SomeAsync(answer, request.After, luck),
                _ => PageAsync(answer, request.After - luck % 2, request.After + luck % 9, All),
            };
        });

        var seeing = SeenAsync(service);
        await RawService.UntilAsync(() => seeing.IsCompleted, () => service.Clock.Advance(Moment));

        Assert.Equal(Enumerable.Range(1, All), (await seeing).Select(happened => happened.Seq));

        static async Task SomeAsync(RawAnswer answer, int after, int luck)
        {
            await answer.StreamAsync();
            for (var seq = Math.Max(1, after - luck % 3); seq <= Math.Min(All, after + luck % 11); seq++)
                await answer.ItemAsync(seq, TypeOf(seq, All), "running");
            await answer.WriteAsync("id: 1\nevent: job."[..(luck % 15)]);
        }
    }

    /// <summary>A job with so many events, two to a page; the last is terminal unless the job goes on.</summary>
    private static RawService Pages(int count, Func<RawRequest, RawAnswer, Task> stream, bool end = true) => new((request, answer) =>
        request.WantsStream ? stream(request, answer) : PageAsync(answer, request.After, Math.Min(count, request.After + 2), end ? count : int.MaxValue));

    private static Task PageAsync(RawAnswer answer, int after, int to, int last)
    {
        after = Math.Max(0, after);
        to = Math.Min(to, last);
        var events = Enumerable.Range(after + 1, Math.Max(0, to - after)).Select(seq => Event(seq, TypeOf(seq, last), "running"));
        return answer.AllAsync(
            200, "application/json", $$"""{"events":[{{string.Join(',', events)}}],"next_after":{{to}},"terminal":{{(to == last ? "true" : "false")}}}""");
    }

    private static string TypeOf(int seq, int last) => seq == last ? "job.succeeded" : "job.progress";

    private (List<JobEvent> Events, Task Seeing) Seeing(RawService service, Action<JobClientOptions>? configure = null)
    {
        var events = new List<JobEvent>();
        return (events, Task.Run(
            async () =>
            {
                await foreach (var happened in service.Client(configure).WatchAsync(JobId, stop: _stop))
                    events.Add(happened);
            },
            _stop));
    }

    private Task<List<JobEvent>> SeenAsync(RawService service, int after = 0) =>
        Task.Run(async () => await service.Client().WatchAsync(JobId, after, _stop).ToListAsync(_stop), _stop);
}
