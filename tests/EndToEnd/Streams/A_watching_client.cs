using System.Text.Json;
using EndToEnd.Running;
using Webhooks.Client;

namespace EndToEnd.Streams;

/// <summary><see cref="JobClient.WatchAsync"/> against the service as a process: whatever becomes of that, it shows 1, 2, 3… to the end.</summary>
public sealed class A_watching_client
{
    private const int Pieces = 200;

    [Fact(Timeout = 120_000)]
    public async Task sees_every_event_once_through_a_kill_and_a_restart()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var service = await RunningService.StartAsync(1, new() { ["Jobs__Lease"] = "00:00:10" }, stop, "Talker");
        var job = await TalkAsync(service, pauseMs: 10, stop);

        var (seen, again) = (new List<int>(), Task.CompletedTask);
        await foreach (var happened in service.Client.WatchAsync(job, stop: stop))
        {
            seen.Add(happened.Seq);
            if (seen.Count == Pieces / 4)
            {
                await service.KillAsync();
                again = service.StartAsync(stop); // the client meets nobody, then a service that is not ready yet
            }
        }
        await again;

        await MustBeAllAsync(service, job, seen, stop);
        Assert.True(seen.Count > Pieces + 4, "The attempt was not cut, so nothing was proven.");
    }

    [Fact(Timeout = 120_000)]
    public async Task sees_every_event_once_where_no_stream_and_no_waiting_request_is_left_for_its_key()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var service = await RunningService.StartAsync(1, new() { ["Api__StreamsPerKey"] = "1" }, stop, "Talker");
        var job = await TalkAsync(service, pauseMs: 60, stop); // still talks when the client has found out how to read
        using var occupied = await OccupyAsync(service, stop);

        var seen = new List<int>();
        await foreach (var happened in service.Client.WatchAsync(job, stop: stop))
            seen.Add(happened.Seq);

        await MustBeAllAsync(service, job, seen, stop);
    }

    private static async Task<string> TalkAsync(RunningService service, int pauseMs, CancellationToken stop) =>
        (await service.Client.SubmitAsync(
            new() { Type = "talk", Input = JsonSerializer.SerializeToElement(new { pieces = Pieces, pause_ms = pauseMs }), MaxAttempts = 20 }, stop: stop)).Id;

    /// <summary>Opens the one stream that the key may have, of a job that never moves.</summary>
    private static async Task<HttpResponseMessage> OccupyAsync(RunningService service, CancellationToken stop)
    {
        var idle = await service.Client.SubmitAsync(new() { Type = "nobody-does-this" }, stop: stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{idle.Id}/events") { Headers = { { "Accept", "text/event-stream" } } };
        var stream = await service.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        Assert.Equal(200, (int)stream.StatusCode);
        return stream;
    }

    /// <summary>What was seen is 1…n without a gap or a double, and n is where the job ended.</summary>
    private static async Task MustBeAllAsync(RunningService service, string job, List<int> seen, CancellationToken stop)
    {
        var ended = await service.Client.GetAsync(job, stop);
        Assert.True(ended.IsTerminal);
        Assert.Equal(Enumerable.Range(1, ended.Version), seen);
        Assert.True(seen.Count > Pieces);
    }
}
