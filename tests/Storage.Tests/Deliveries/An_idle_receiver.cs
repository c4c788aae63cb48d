using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class An_idle_receiver
{
    [Theory, EveryDatabase]
    public async Task Is_removed_after_a_day_and_comes_back_as_the_same(On database)
    {
        await using var storage = await IdleAsync(database);
        var id = (await storage.ReceiverAsync())!.Id;
        Assert.Equal(0, await RunAsync(storage));

        storage.Clock.Advance(IdleReceivers.KeptFor);
        Assert.Equal(1, await RunAsync(storage));
        Assert.Null(await storage.ReceiverAsync());

        await storage.FinishAsync();
        var back = await storage.ReceiverAsync();
        Assert.Equal((id, storage.Clock.GetUtcNow()), (back!.Id, back.DueAt));
    }

    [Theory, EveryDatabase]
    public async Task Is_kept_while_it_is_owed_something_even_where_nobody_was_told(On database)
    {
        await using var storage = await IdleAsync(database);
        await storage.FinishAsync();
        await ExecuteAsync(storage, $"UPDATE Receivers SET Poked = 0, DueAt = {LeasedReceiver.Never.ToUnixTimeMilliseconds()}");
        storage.Clock.Advance(IdleReceivers.KeptFor * 2);

        Assert.Equal(0, await RunAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Is_kept_while_something_is_set_or_known_of_it(On database)
    {
        await using var storage = await IdleAsync(database);
        storage.Clock.Advance(IdleReceivers.KeptFor * 2);
        string[] states =
        [
            "PausedAt = 1", "DisabledAt = 1", "MaxInFlight = 1", "RatePerSecond = 1", "Lanes = 2", "Openings = 1", "Poked = 1",
            $"GoneUntil = {storage.Clock.GetUtcNow().ToUnixTimeMilliseconds() + 1}", $"LeasedUntil = {storage.Clock.GetUtcNow().ToUnixTimeMilliseconds() + 1}",
            $"SucceededAt = {storage.Clock.GetUtcNow().ToUnixTimeMilliseconds()}", $"FailingSince = {TestStorage.Start.ToUnixTimeMilliseconds()}",
        ];
        foreach (var state in states)
        {
            var column = state.Split(' ')[0];
            await ExecuteAsync(storage, $"UPDATE Receivers SET {state}");
            Assert.True(await RunAsync(storage) == 0, state);
            await ExecuteAsync(storage, $"UPDATE Receivers SET {column} = {(column is "Openings" or "Poked" or "GoneUntil" or "LeasedUntil" ? "0" : "NULL")}");
        }
        Assert.Equal(1, await RunAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Loses_no_wake_to_its_removal(On database)
    {
        await using var storage = await IdleAsync(database);
        var wakes = new Wakes();
        wakes.Add(storage.NewCallback(storage.NewJob()));
        for (var round = 0; round < 40; round++)
        {
            storage.Clock.Advance(IdleReceivers.KeptFor * 2);
            await Task.WhenAll(
                Task.Run(() => RunAsync(storage), storage.Stop),
                Task.Run(() => storage.WriteAsync(session => wakes.Write(session, storage.Clock.GetUtcNow())), storage.Stop));
            var claimed = Assert.Single(await storage.ClaimReceiversAsync(10));
            await storage.TurnAsync(claimed.Id, claimed.NextFence, Rest);
        }
    }

    [Theory, EveryDatabase]
    public async Task Takes_urls_along_that_are_no_longer_remembered(On database)
    {
        await using var storage = await IdleAsync(database);
        await using (var db = storage.Database.CreateContext())
        {
            var id = Receiver.IdOf(storage.Tenant, Origin.Of(Story.Url));
            db.GoneUrls.Add(new() { ReceiverId = id, UrlHash = GoneUrl.HashOf("a"), Reason = "gone", Until = storage.Clock.GetUtcNow() });
            db.GoneUrls.Add(new() { ReceiverId = id, UrlHash = GoneUrl.HashOf("b"), Reason = "gone", Until = storage.Clock.GetUtcNow().AddSeconds(1) });
            await db.SaveChangesAsync(storage.Stop);
        }

        Assert.Equal(1, await RunAsync(storage));

        await using var after = storage.Database.CreateContext();
        Assert.Equal(GoneUrl.HashOf("b"), (await after.GoneUrls.AsNoTracking().SingleAsync(storage.Stop)).UrlHash);
    }

    /// <summary>A storage with one receiver that has had its delivery.</summary>
    private static async Task<TestStorage> IdleAsync(On database)
    {
        var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var claimed = Assert.Single(await storage.ClaimReceiversAsync());
        await storage.SettleAsync(storage.Delivered(Assert.Single(await storage.ReadQueueAsync())));
        await storage.TurnAsync(claimed.Id, claimed.NextFence, Rest);
        return storage;
    }

    private static void Rest(LeasedReceiver row)
    {
        row.Poked = false;
        row.Release(nextDue: null);
    }

    private static Task<int> RunAsync(TestStorage storage) => storage.Get<IdleReceivers>().RunOnceAsync(100, storage.Stop);

    private static async Task ExecuteAsync(TestStorage storage, string sql)
    {
        await using var db = storage.Database.CreateContext();
        await db.Database.ExecuteSqlRawAsync(sql, storage.Stop);
    }
}
