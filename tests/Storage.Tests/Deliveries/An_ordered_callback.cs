using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class An_ordered_callback
{
    private static readonly EventSet Outputs = JobEventType.Output.ToSet();

    [Theory, EveryDatabase]
    public async Task Has_one_delivery_due_however_many_are_owed(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Block, outputs: 3);
        await OutputAsync(storage, job, count: 2);

        Assert.Equal([true, false, false, false, false], await DueAsync(storage, job));
    }

    [Theory, EveryDatabase]
    public async Task Gives_the_next_its_due_time_when_one_is_delivered(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Block, outputs: 3);
        storage.Clock.Advance(TimeSpan.FromMinutes(1));

        await storage.SettleAsync(storage.Delivered(await HeadAsync(storage)));

        Assert.Equal([true, false], await DueAsync(storage, job));
        Assert.Equal(storage.Clock.GetUtcNow(), (await HeadAsync(storage)).DueAt);
    }

    [Theory, EveryDatabase]
    public async Task Lets_what_comes_when_nothing_is_owed_be_due_at_once(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Block, outputs: 1);
        await storage.SettleAsync(storage.Delivered(await HeadAsync(storage)));

        await OutputAsync(storage, job, count: 2);

        Assert.Equal([true, false], await DueAsync(storage, job));
    }

    [Theory, EveryDatabase]
    public async Task Keeps_the_place_of_one_that_is_retried(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Block, outputs: 2);
        var later = storage.Clock.GetUtcNow().AddHours(1);

        await storage.SettleAsync(storage.Parked(await HeadAsync(storage)) with { Status = DeliveryStatus.Pending, Reason = null, DueAt = later });

        Assert.Equal([later, LeasedReceiver.Never], (await PendingAsync(storage, job)).Select(d => d.DueAt));
    }

    [Theory, EveryDatabase]
    public async Task Is_held_up_by_a_parked_one_until_that_is_replayed(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Block, outputs: 3);
        var head = await HeadAsync(storage);
        await storage.SettleAsync(storage.Parked(head));
        await OutputAsync(storage, job, count: 1);
        Assert.Equal([false, false, false], await DueAsync(storage, job));

        await storage.Deliveries.ReplayAsync(storage.Tenant, head.Id, storage.Stop);
        Assert.Equal([true, false, false, false], await DueAsync(storage, job));

        await storage.SettleAsync(storage.Delivered(await HeadAsync(storage)));
        Assert.Equal([true, false, false], await DueAsync(storage, job));
    }

    [Theory, EveryDatabase]
    public async Task May_go_on_past_a_parked_one_instead(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Skip, outputs: 3);

        await storage.SettleAsync(storage.Parked(await HeadAsync(storage)));

        Assert.Equal([true, false], await DueAsync(storage, job));
    }

    [Theory, EveryDatabase]
    public async Task Replays_a_parked_one_only_when_its_turn_comes(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Block, outputs: 2);
        var owed = await storage.ReadQueueAsync();
        await storage.SettleAsync([.. owed.Select(d => storage.Parked(d))]);

        await storage.Deliveries.ReplayAsync(storage.Tenant, owed[1].Id, storage.Stop);
        Assert.Equal([false], await DueAsync(storage, job));

        await storage.Deliveries.ReplayAsync(storage.Tenant, owed[0].Id, storage.Stop);
        Assert.Equal([true, false], await DueAsync(storage, job));
    }

    [Theory, EveryDatabase]
    public async Task Leaves_nothing_behind_when_it_is_deleted(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Block, outputs: 3);
        var callback = Assert.Single(await storage.Jobs.CallbacksAsync(job, storage.Stop));

        await storage.Writer.ChangeAsync(job, (log, locked) =>
        {
            log.Remove(locked!, callback);
            return true;
        }, storage.Stop);

        Assert.Empty(await PendingAsync(storage, job));
    }

    [Theory, EveryDatabase]
    public async Task Misses_none_when_events_come_while_the_head_is_settled(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Block, outputs: 1);
        for (var round = 0; round < 20; round++)
        {
            var head = await HeadAsync(storage);
            await Task.WhenAll(
                Task.Run(() => storage.SettleAsync(storage.Delivered(head)), storage.Stop),
                Task.Run(() => OutputAsync(storage, job, count: 1), storage.Stop));
            var due = await DueAsync(storage, job);
            Assert.True(due.Count > 0 && due[0] && due.Count(isDue => isDue) == 1, $"round {round}: {string.Join(' ', due)}");
        }
    }

    [Theory, EveryDatabase]
    public async Task Holds_its_job_no_longer_than_the_parked_one_that_holds_it_up(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await OweAsync(storage, Ordering.Block, outputs: 2);
        await storage.SettleAsync(storage.Parked(await HeadAsync(storage)));
        await storage.Writer.ChangeAsync(job, (log, locked) => JobTransitions.Succeed(log, locked, 1, "1"u8.ToArray()), storage.Stop);

        storage.Clock.Advance(TimeSpan.FromSeconds(3600) + TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await storage.Retention.RunAsync(default, 10, storage.Stop));
        storage.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await storage.Retention.RunAsync(default, 10, storage.Stop));
    }

    private static async Task<Id<Job>> OweAsync(TestStorage storage, Ordering ordering, int outputs)
    {
        var job = storage.NewJob();
        await storage.SubmitAsync(job, storage.NewCallback(job, events: Outputs, ordering: ordering));
        await storage.ClaimAsync();
        await OutputAsync(storage, job.Id, outputs);
        return job.Id;
    }

    private static Task<Change> OutputAsync(TestStorage storage, Id<Job> job, int count) => storage.Writer.ChangeAsync(job, (log, locked) =>
    {
        for (var i = 0; i < count; i++)
            JobTransitions.Output(log, locked, 1, locked!.OutputSeq + 1, "1"u8.ToArray());
        return Change.Made;
    });

    private static async Task<OwedDelivery> HeadAsync(TestStorage storage) =>
        Assert.Single(await storage.ReadQueueAsync(), d => d.DueAt <= storage.Clock.GetUtcNow());

    private static async Task<List<Delivery>> PendingAsync(TestStorage storage, Id<Job> job) =>
        [.. (await storage.DeliveriesAsync(job)).Where(d => d.Status == DeliveryStatus.Pending).OrderBy(d => d.Seq)];

    private static async Task<List<bool>> DueAsync(TestStorage storage, Id<Job> job) =>
        (await PendingAsync(storage, job)).ConvertAll(d => d.DueAt <= storage.Clock.GetUtcNow());
}
