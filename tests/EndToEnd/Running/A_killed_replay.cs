using System.Globalization;
using Fixtures;
using Webhooks.Client;
using Webhooks.Contract;

namespace EndToEnd.Running;

/// <summary>As many deliveries as the environment variable <c>REPLAY_PROOF_DELIVERIES</c> says, 2,000 unless it is set.</summary>
public abstract class A_killed_replay
{
    private static readonly int Count = int.Parse(
        Environment.GetEnvironmentVariable("REPLAY_PROOF_DELIVERIES") ?? "2000", CultureInfo.InvariantCulture);

    private static readonly int Rate = Math.Max(200, Count / 20);

    [Fact(Timeout = 1_800_000)]
    public async Task goes_on_and_sends_nothing_that_no_attempt_explains()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var receiver = await RecordingReceiver.StartAsync();
        receiver.RefusesAll = true;
        var settings = await DatabaseAsync();
        settings["Deliveries__Lease"] = "00:00:05";
        settings["Deliveries__Timeout"] = "00:00:02";
        settings["Deliveries__ThrottleFloor"] = "00:00:00";
        await using var service = await RunningService.StartAsync(receiver.Port, settings, stop);
        await ParkAsync(service.Client, receiver.Url, stop);
        receiver.RefusesAll = false;

        var begun = await service.Client.Replays.StartAsync(new(), Rate, stop: stop);
        Assert.Equal(Count, begun.Matched);
        foreach (var part in (double[])[0.25, 0.5])
        {
            var reached = await UntilAsync(service.Client, begun.Id, replay => replay.Replayed >= Count * part, stop);
            Assert.Equal(ReplayStatuses.Running, reached.Status);
            await service.KillAsync();
            await service.StartAsync(stop);
        }
        var done = await UntilAsync(service.Client, begun.Id, replay => replay.FinishedAt is not null, stop);
        await receiver.UntilAsync(got => got.Count >= 2 * Count && got.Select(g => g.Id).CountBy(id => id).All(sent => sent.Value >= 2), stop);

        Assert.Equal((ReplayStatuses.Completed, Count, 0), (done.Status, done.Replayed, done.Skipped));
        await EachIsDeliveredInItsSecondRoundAsync(service.Client, receiver, stop);
    }

    /// <summary>The settings that name the database.</summary>
    protected abstract Task<Dictionary<string, string>> DatabaseAsync();

    private static async Task ParkAsync(JobClient client, string url, CancellationToken stop)
    {
        var job = new SubmitJob { Type = "nobody", Callbacks = [new CreateCallback { Url = url, Events = [JobEventTypes.Enqueued] }] };
        await Parallel.ForAsync(
            0, Count, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = stop },
            async (_, cancel) => await client.SubmitAsync(job, stop: cancel));
        var parked = new ReplayFilter { Reason = "refused_by_receiver" };
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await client.Replays.CountAsync(parked, stop) < Count)
            await pause.WaitForNextTickAsync(stop);
    }

    private static async Task<ReplayDocument> UntilAsync(JobClient client, string id, Func<ReplayDocument, bool> reached, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var replay = await client.Replays.GetAsync(id, stop);
            if (reached(replay))
                return replay;
            await pause.WaitForNextTickAsync(stop);
        }
    }

    /// <summary>A first attempt that was refused, then one round that ended well; whatever was sent more has a row that says why.</summary>
    private static async Task EachIsDeliveredInItsSecondRoundAsync(JobClient client, RecordingReceiver receiver, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await client.Deliveries.ListAsync(new() { Status = DeliveryStatuses.Pending, Limit = 1 }).AnyAsync(stop)) // received, not yet settled
            await pause.WaitForNextTickAsync(stop);
        var seen = receiver.All.CountBy(r => r.Id).ToDictionary();
        var deliveries = 0;
        await foreach (var delivery in client.Deliveries.ListAsync(new() { Limit = 200 }).WithCancellation(stop))
        {
            deliveries++;
            var requests = seen[$"evt_{delivery.JobId}_{delivery.Seq}"];
            Assert.Equal((DeliveryStatuses.Delivered, 2), (delivery.Status, delivery.Round));
            Assert.InRange(requests, 2, delivery.Attempts);
            if (delivery.Attempts == 2)
                continue;
            var attempts = await client.Deliveries.AttemptsAsync(delivery.Id).ToListAsync(stop);
            Assert.Equal(delivery.Attempts, attempts.Count);
            Assert.Equal("204", Assert.Single(attempts, a => a.Error is null && a.Round == 2).StatusCode?.ToString(CultureInfo.InvariantCulture));
        }
        Assert.Equal(Count, deliveries);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Count} deliveries, {receiver.All.Count - 2 * Count} requests more than two each, all of them in attempt rows.");
    }
}

public sealed class A_killed_replay_on_SQLite : A_killed_replay
{
    protected override Task<Dictionary<string, string>> DatabaseAsync() => Task.FromResult(new Dictionary<string, string>());
}

public sealed class A_killed_replay_on_PostgreSQL : A_killed_replay
{
    protected override async Task<Dictionary<string, string>> DatabaseAsync() => new()
    {
        ["Storage__Provider"] = "PostgreSql",
        ["ConnectionStrings__Webhooks"] = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("replayed"),
    };
}
