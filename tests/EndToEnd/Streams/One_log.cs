using System.Globalization;
using System.Text.Json;
using EndToEnd.Running;
using Fixtures;
using Webhooks.Contract;

namespace EndToEnd.Streams;

/// <summary>
/// Four ways to read one log, in any mixture: readers that break off at random and come back by another way, while processes are killed and started
/// again, have each event exactly once and in order. <c>STREAMS_PROOF=full</c> makes it 1,000 jobs and 10,000 disconnects;
/// <c>STREAMS_PROOF=jobs,pause_ms,kills</c> anything else.
/// </summary>
public abstract class One_log
{
    private static readonly (int Jobs, int PauseMs, int Kills) Size = Environment.GetEnvironmentVariable("STREAMS_PROOF") switch
    {
        null or "" => (40, 100, 2),
        "full" => (1000, 1000, 6),
        var text when text.Split(',') is [var jobs, var pause, var kills] => (Number(jobs), Number(pause), Number(kills)),
        var other => throw new InvalidOperationException($"STREAMS_PROOF is '{other}'; it must be full, or jobs,pause_ms,kills."),
    };

    private const int Pieces = 48; // with enqueued, started and succeeded a job has 51 events

    [Fact(Timeout = 900_000)]
    public async Task gives_every_reader_every_event_once_and_in_order()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var inbox = await Inbox.StartAsync();
        using var keys = new TemporaryFolder();
        await using var deployment = await StartAsync(inbox.Port, Settings(keys), stop);

        var submitted = await SubmitAsync(deployment.Services[0], inbox.Url, stop);
        var readers = submitted.Select((job, i) => new RestlessReader(job, [.. deployment.Services.Select(s => s.Http)], inbox, seed: i)).ToList();
        var reading = Task.WhenAll(readers.Select(reader => reader.ReadAsync(stop)));
        var kills = await KillAsync(deployment, readers, stop);
        await reading;

        Assert.Empty(readers.SelectMany(r => r.Faults));
        Assert.Empty(inbox.Faults);
        foreach (var reader in readers)
        {
            var stored = await StoredAsync(deployment.Services[0].Http, reader.Job, stop);
            Assert.Equal(Enumerable.Range(1, stored.Count), stored.Select(e => e.Seq));
            Assert.Equal(stored.Select(e => e.Body), reader.Bodies);
            await UntilDeliveredAsync(inbox, stored, stop);
        }
        Report(readers, inbox, kills);
    }

    /// <summary>The processes of one deployment. Those before the last can be killed without ending an attempt.</summary>
    internal sealed record Deployment(IReadOnlyList<RunningService> Services) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var service in Services)
                await service.DisposeAsync();
        }
    }

    private protected abstract Task<Deployment> StartAsync(int inbox, Dictionary<string, string> settings, CancellationToken stop);

    private static Dictionary<string, string> Settings(TemporaryFolder keys) => new()
    {
        ["Security__KeyRing"] = keys.Path,
        ["Jobs__Lease"] = "00:00:10",
        ["Jobs__HandlerConcurrency"] = "2000",
        ["Deliveries__Lease"] = "00:00:05",
        ["Deliveries__Timeout"] = "00:00:02",
        ["Api__StreamsPerKey"] = "5000",
    };

    private static async Task<IReadOnlyList<string>> SubmitAsync(RunningService service, string callback, CancellationToken stop)
    {
        var input = JsonSerializer.SerializeToElement(new { pieces = Pieces, pause_ms = Size.PauseMs });
        var submitted = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await Parallel.ForAsync(0, Size.Jobs, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stop }, async (_, cancel) =>
            submitted.Enqueue((await service.Client.SubmitAsync(
                new SubmitJob
                {
                    Type = "talk", Input = input, MaxAttempts = 20, Callbacks = [new CreateCallback { Url = callback, Events = [.. All] }],
                },
                Guid.NewGuid().ToString(), cancel)).Id));
        return [.. submitted];
    }

    /// <summary>Kills one process after the other, each time readers have got a bit further, and starts it again. Answers how often, once at least.</summary>
    private static async Task<int> KillAsync(Deployment deployment, List<RestlessReader> readers, CancellationToken stop)
    {
        var all = readers.Count * Pieces;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var kills = 0;
        // One that does everything takes the attempts along, and their leases have to end: half as often.
        var most = deployment.Services.Count == 1 ? (Size.Kills + 1) / 2 : Size.Kills;
        while (kills < most && readers.Any(r => !r.IsDone))
        {
            await pause.WaitForNextTickAsync(stop);
            if (readers.Sum(r => r.Count) < all * (kills + 1) / (most + 2))
                continue;
            var victim = deployment.Services[kills++ % deployment.Services.Count];
            await victim.KillAsync();
            await victim.StartAsync(stop);
        }
        Assert.NotEqual(0, kills);
        return kills;
    }

    private static async Task<List<Happened>> StoredAsync(HttpClient service, string job, CancellationToken stop)
    {
        using var page = JsonDocument.Parse(await service.GetStringAsync($"/jobs/{job}/events?limit=1000", stop));
        Assert.True(page.RootElement.GetProperty("terminal").GetBoolean());
        return [.. page.RootElement.GetProperty("events").EnumerateArray().Select(e => Happened.Of(e.GetRawText()))];
    }

    private static async Task UntilDeliveredAsync(Inbox inbox, List<Happened> stored, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        foreach (var happened in stored)
        {
            string? body;
            while ((body = inbox.Find(happened.Job, happened.Seq)) is null)
                await pause.WaitForNextTickAsync(stop);
            Assert.Equal(happened.Body, body);
        }
    }

    private void Report(List<RestlessReader> readers, Inbox inbox, int kills)
    {
        int Sum(Func<RestlessReader, int> of) => readers.Sum(of);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{GetType().Name}: {readers.Count} jobs, {Sum(r => r.Bodies.Count)} events, {Sum(r => r.Disconnects)} disconnects, {kills} kills; by stream "
            + $"{Sum(r => r.PerWay[0])}, long poll {Sum(r => r.PerWay[1])}, poll {Sum(r => r.PerWay[2])}, webhook {Sum(r => r.PerWay[3])}; "
            + $"{inbox.Count} webhooks received");
    }

    private static IEnumerable<string> All =>
    [
        JobEventTypes.Enqueued, JobEventTypes.Started, JobEventTypes.Progress, JobEventTypes.Output, JobEventTypes.RetryScheduled,
        JobEventTypes.CancelRequested, JobEventTypes.Succeeded, JobEventTypes.Failed, JobEventTypes.Canceled,
    ];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>One process does everything; a kill ends the attempts too, and they begin again when their leases end.</summary>
public sealed class One_log_on_SQLite : One_log
{
    private protected override async Task<Deployment> StartAsync(int inbox, Dictionary<string, string> settings, CancellationToken stop) =>
        new([await RunningService.StartAsync(inbox, settings, stop, "Talker")]);
}

/// <summary>Two processes answer readers, a third works and delivers: whatever a reader gets from the first two came from another process.</summary>
public sealed class One_log_on_PostgreSQL : One_log
{
    private protected override async Task<Deployment> StartAsync(int inbox, Dictionary<string, string> settings, CancellationToken stop)
    {
        settings["Storage__Provider"] = "PostgreSql";
        settings["ConnectionStrings__Webhooks"] = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("streams");
        var worker = await RunningService.StartAsync(inbox, settings, stop, "Talker");
        settings["Engine__Embedded"] = "false";
        return new([await RunningService.StartAsync(inbox, settings, stop), await RunningService.StartAsync(inbox, settings, stop), worker]);
    }
}
