using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tenants;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class Replaying
{
    [Theory, EveryDatabase]
    public async Task Starts_the_next_round_of_the_same_delivery_and_wakes_its_receiver(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Parked(owed));
        await IdleAsync(storage);
        storage.Clock.Advance(TimeSpan.FromHours(1));

        var replayed = (await storage.Deliveries.ReplayAsync(storage.Tenant, owed.Id, storage.Stop))!;

        Assert.Equal((owed.Id, owed.Seq, DeliveryStatus.Pending), (replayed.Id, replayed.Seq, replayed.Status));
        Assert.Equal((2, 1, 0), (replayed.Round, replayed.Attempts, replayed.Failures));
        Assert.Equal((storage.Clock.GetUtcNow(), storage.Clock.GetUtcNow(), null), (replayed.DueAt, replayed.RoundAt, replayed.Reason));
        Assert.Single(await storage.ClaimReceiversAsync());
        var again = Assert.Single(await storage.ReadQueueAsync());
        Assert.Equal((owed.Id, 2, 1), (again.Id, again.Round, again.LastNumber));
    }

    [Fact]
    public async Task Wakes_the_receiver_in_the_same_transaction_so_that_no_crash_comes_between()
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Parked(owed));
        await IdleAsync(storage);

        await storage.Deliveries.ReplayAsync(storage.Tenant, owed.Id, storage.Stop);

        await using var db = storage.Database.CreateContext();
        var writers = await db.Database
            .SqlQueryRaw<string>("SELECT CAST(xmin AS text) AS \"Value\" FROM receivers UNION SELECT CAST(xmin AS text) FROM deliveries")
            .ToListAsync(storage.Stop);
        Assert.Single(writers);
    }

    [Theory, EveryDatabase]
    public async Task Keeps_when_it_was_first_delivered(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Delivered(owed));
        storage.Clock.Advance(TimeSpan.FromHours(1));

        foreach (var settle in new Func<OwedDelivery, Settlement>[] { storage.Parked, storage.Delivered })
        {
            Assert.Equal(TestStorage.Start, (await storage.Deliveries.ReplayAsync(storage.Tenant, owed.Id, storage.Stop))!.DeliveredAt);
            var again = Assert.Single(await storage.ReadQueueAsync());
            await storage.StartAsync(again);
            await storage.SettleAsync(settle(again));
            Assert.Equal(TestStorage.Start, (await storage.Deliveries.FindAsync(storage.Tenant, owed.Id, storage.Stop))!.DeliveredAt);
        }
    }

    [Theory, EveryDatabase]
    public async Task Enables_the_callback_again_and_forgets_that_its_url_was_gone(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Gone(owed));

        await storage.Deliveries.ReplayAsync(storage.Tenant, owed.Id, storage.Stop);

        var callback = Assert.Single(await storage.Jobs.CallbacksAsync(job.Id, storage.Stop));
        Assert.Equal((CallbackStatus.Active, null), (callback.Status, callback.Reason));
        Assert.Empty(await storage.Database.ReadAsync(
            s => DeliveryPages.ReadGoneAsync(s, [owed.ReceiverId], TestStorage.Start, storage.Stop), storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Is_refused_for_strangers_and_for_deleted_callbacks(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        var stranger = Id<Tenant>.New(TestStorage.Start);

        Assert.Null(await storage.Deliveries.ReplayAsync(stranger, owed.Id, storage.Stop));
        Assert.Null(await storage.Deliveries.ReplayAsync(storage.Tenant, Id<Delivery>.New(TestStorage.Start), storage.Stop));
        var callback = (await storage.Jobs.CallbacksAsync(job.Id, storage.Stop))[0];
        await storage.Writer.ChangeAsync(job.Id, (log, row) =>
        {
            log.Remove(row!, callback);
            return Change.Made;
        }, storage.Stop);
        Assert.Null(await storage.Deliveries.ReplayAsync(storage.Tenant, owed.Id, storage.Stop));
        Assert.Equal(1, (await storage.Deliveries.FindAsync(storage.Tenant, owed.Id, storage.Stop))!.Round);
    }

    private static async Task IdleAsync(TestStorage storage)
    {
        var id = (await storage.ClaimReceiversAsync())[0].Id;
        await storage.TurnAsync(id, 1, r =>
        {
            r.Poked = false;
            r.Release(null);
        });
    }
}
