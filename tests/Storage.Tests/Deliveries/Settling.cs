using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class Settling
{
    [Theory, EveryDatabase]
    public async Task Finishes_the_row_that_was_written_before_the_send(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        var begun = Assert.Single(await storage.Deliveries.AttemptsAsync(owed.Id, 0, 10, storage.Stop));
        Assert.Equal((1, 1, TestStorage.Start, null, "engine"), (begun.Number, begun.Round, begun.StartedAt, begun.FinishedAt, begun.Engine));
        Assert.Equal(1, (await storage.ReadQueueAsync())[0].LastNumber);

        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        await storage.SettleAsync(storage.Delivered(owed));

        var done = Assert.Single(await storage.Deliveries.AttemptsAsync(owed.Id, 0, 10, storage.Stop));
        Assert.Equal(
            (1, TestStorage.Start.AddSeconds(1), 200, 12, "späte Antwort"),
            (done.Number, done.FinishedAt, done.StatusCode, done.DurationMs, done.Excerpt));
        var delivery = Assert.Single(await storage.DeliveriesAsync(job.Id));
        Assert.Equal((DeliveryStatus.Delivered, 1, TestStorage.Start.AddSeconds(1)), (delivery.Status, delivery.Attempts, delivery.DeliveredAt));
    }

    [Theory, EveryDatabase]
    public async Task Changes_nothing_twice_and_nothing_of_another_round(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Delivered(owed));
        var delivered = await storage.PictureAsync(owed.JobId);
        await storage.SettleAsync(storage.Parked(owed));
        Assert.Equal(delivered, await storage.PictureAsync(owed.JobId));

        await storage.Deliveries.ReplayAsync(storage.Tenant, owed.Id, storage.Stop);
        var replayed = await storage.PictureAsync(owed.JobId);
        await storage.SettleAsync(storage.Parked(owed));
        Assert.Equal(replayed, await storage.PictureAsync(owed.JobId));
    }

    [Theory, EveryDatabase]
    public async Task Drops_the_row_of_what_was_not_sent(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);

        await storage.SettleAsync(storage.Parked(owed) with { Attempt = null, Status = DeliveryStatus.Pending, Reason = null, Failures = 0 });

        Assert.Empty(await storage.Deliveries.AttemptsAsync(owed.Id, 0, 10, storage.Stop));
        var delivery = Assert.Single(await storage.DeliveriesAsync(job.Id));
        Assert.Equal((DeliveryStatus.Pending, 0, 0), (delivery.Status, delivery.Attempts, delivery.Failures));
    }

    [Theory, EveryDatabase]
    public async Task Says_of_a_dead_engines_row_that_it_is_lost_and_counts_on(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        await storage.StartAsync((await storage.ReadQueueAsync())[0]);
        storage.Clock.Advance(Story.Lease);
        var again = Assert.Single(await storage.ReadQueueAsync());
        Assert.Equal((0, 1), (again.Attempts, again.LastNumber));
        await storage.StartAsync(again);
        await storage.SettleAsync(storage.Delivered(again));

        Assert.Equal(
            [(1, "engine_lost", storage.Clock.GetUtcNow(), null), (2, null, storage.Clock.GetUtcNow(), 200)],
            (await storage.Deliveries.AttemptsAsync(again.Id, 0, 10, storage.Stop)).Select(a => (a.Number, a.Error, a.FinishedAt, a.StatusCode)));
        Assert.Equal(2, (await storage.DeliveriesAsync(again.JobId))[0].Attempts);
    }

    [Theory, EveryDatabase]
    public async Task Ends_everything_for_a_callback_that_is_gone_and_remembers_its_url(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitWithCallbackAsync(Story.AllEvents);
        await storage.ClaimAsync();
        await storage.SucceedAsync(job.Id);
        var neighbour = await storage.FinishAsync();
        var untouched = await storage.PictureAsync(neighbour.Id);
        var owed = (await storage.ReadQueueAsync()).First(d => d.JobId == job.Id && d.Seq == 2);
        await storage.StartAsync(owed);

        await storage.SettleAsync(storage.Gone(owed));

        var callback = Assert.Single(await storage.Jobs.CallbacksAsync(job.Id, storage.Stop));
        Assert.Equal((CallbackStatus.Disabled, "gone"), (callback.Status, callback.Reason));
        Assert.Equal(
            [(1, DeliveryStatus.Canceled, "gone"), (2, DeliveryStatus.Parked, "gone"), (3, DeliveryStatus.Canceled, "gone")],
            (await storage.DeliveriesAsync(job.Id)).OrderBy(d => d.Seq).Select(d => (d.Seq, d.Status, d.Reason)));
        Assert.Equal(untouched, await storage.PictureAsync(neighbour.Id));
        var gone = Assert.Single(await GoneAsync(storage, owed.ReceiverId));
        Assert.Equal((Convert.ToHexString(GoneUrl.HashOf(Story.Url)), "gone"), (gone.Key, gone.Value));
    }

    [Theory, EveryDatabase]
    public async Task Remembers_a_gone_url_for_a_day_after_it_last_said_so(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        await storage.FinishAsync();
        var queue = await storage.ReadQueueAsync();
        await storage.StartAsync([.. queue]);
        await storage.SettleAsync(storage.Gone(queue[0]));
        storage.Clock.Advance(TimeSpan.FromHours(12));
        await storage.SettleAsync(storage.Gone(queue[1]));

        storage.Clock.Advance(GoneUrl.RememberedFor - TimeSpan.FromMilliseconds(1));
        Assert.Single(await GoneAsync(storage, queue[0].ReceiverId));
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await GoneAsync(storage, queue[0].ReceiverId));
    }

    [Theory, EveryDatabase]
    public async Task Takes_a_page_of_mixed_outcomes_at_once(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        for (var i = 0; i < 30; i++)
            await storage.SubmitWithCallbackAsync(JobEventType.Enqueued.ToSet(), i % 2 == 0 ? Story.Url : "https://other.example/");
        var page = (await storage.ReadQueueAsync(
            (Receiver.IdOf(storage.Tenant, Origin.Of(Story.Url)), 100), (Receiver.IdOf(storage.Tenant, "https://other.example:443"), 100))).ToArray();
        await storage.StartAsync(page);

        await storage.SettleAsync([.. page.Select((owed, i) => (i % 3) switch
        {
            0 => storage.Delivered(owed),
            1 => storage.Parked(owed),
            _ => storage.Gone(owed),
        })]);

        var settled = await storage.Deliveries.ListAsync(storage.Tenant, new(null, null, null, null, null, null, null, null, 100), storage.Stop);
        Assert.Equal([10, 20], settled.GroupBy(d => d.Status).OrderBy(g => g.Key).Select(g => g.Count()));
        Assert.All(settled, d => Assert.Equal(1, d.Attempts));
    }

    private static async Task<Dictionary<string, string>> GoneAsync(TestStorage storage, Id<Receiver> receiver)
    {
        var gone = await storage.Database.ReadAsync(
            s => DeliveryPages.ReadGoneAsync(s, [receiver], storage.Clock.GetUtcNow(), storage.Stop), storage.Stop);
        return gone.ToDictionary(g => g.Key.UrlHash, g => g.Value);
    }
}
