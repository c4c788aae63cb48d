using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;
using Storage.Tests.Deliveries;

namespace Storage.Tests.Jobs;

public sealed class An_expired_job
{
    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);

    [Theory, EveryDatabase]
    public async Task Goes_with_everything_that_belongs_to_it_and_nothing_else(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await DeliverAsync(storage);
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var younger = await DeliverAsync(storage);
        var kept = await storage.PictureAsync(younger.JobId);

        storage.Clock.Advance(Ttl - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await RunAsync(storage));

        Assert.Equal((1, 3, 1, 1, 1), await CountAsync(storage));
        Assert.Equal(kept, await storage.PictureAsync(younger.JobId));
        Assert.Single(await storage.Deliveries.AttemptsAsync(younger.Id, 0, 10, storage.Stop));
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await RunAsync(storage));
        Assert.Equal((0, 0, 0, 0, 0), await CountAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Stays_while_a_delivery_of_it_is_pending(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        storage.Clock.Advance(TimeSpan.FromDays(365));

        Assert.Equal(0, await RunAsync(storage));
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Delivered(owed));
        Assert.Equal(1, await RunAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Stays_thirty_days_more_while_a_delivery_of_it_is_parked(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Parked(owed));

        storage.Clock.Advance(Ttl + TimeSpan.FromDays(30) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await RunAsync(storage));
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await RunAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Is_what_a_job_that_has_not_ended_never_becomes(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync();
        await storage.SubmitAsync();
        await storage.ClaimAsync();
        storage.Clock.Advance(TimeSpan.FromDays(10_000));

        Assert.Equal(0, await RunAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Goes_in_batches_each_job_once_however_many_clean(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        for (var i = 0; i < 25; i++)
            await DeliverAsync(storage);
        storage.Clock.Advance(Ttl);

        Assert.Equal(10, await storage.Retention.RunOnceAsync(10, storage.Stop));
        var removed = await Story.TogetherAsync(4, () => RunAsync(storage));
        Assert.Equal(15, removed.Sum());
        Assert.Equal((0, 0, 0, 0, 0), await CountAsync(storage));
    }

    /// <summary>A job that has ended, whose one delivery was made by one attempt.</summary>
    private static async Task<OwedDelivery> DeliverAsync(TestStorage storage)
    {
        await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Delivered(owed));
        return owed;
    }

    private static Task<int> RunAsync(TestStorage storage) => storage.Retention.RunOnceAsync(100, storage.Stop);

    private static async Task<(int Jobs, int Events, int Callbacks, int Deliveries, int Attempts)> CountAsync(TestStorage storage)
    {
        await using var db = storage.Database.CreateContext();
        return (
            await db.Jobs.CountAsync(storage.Stop), await db.JobEvents.CountAsync(storage.Stop), await db.Callbacks.CountAsync(storage.Stop),
            await db.Deliveries.CountAsync(storage.Stop), await db.Attempts.CountAsync(storage.Stop));
    }
}
