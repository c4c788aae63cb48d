using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class A_delivery_that_is_over
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Theory, EveryDatabase]
    public async Task Stays_with_its_job_unless_told_otherwise(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await OweAsync(storage, storage.Delivered);
        storage.Clock.Advance(1000 * Hour);

        Assert.Equal(0, await RunAsync(storage));
        Assert.Equal((1, 1), await CountAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Goes_before_its_job_with_its_attempts_while_what_is_owed_or_parked_stays(On database)
    {
        await using var storage = await TestStorage.OnAsync(database, ("Retention:Delivered", "01:00:00"));
        var delivered = await OweAsync(storage, storage.Delivered);
        var parked = await OweAsync(storage, storage.Parked);
        var canceled = await OweAsync(storage, owed => storage.Parked(owed) with { Status = DeliveryStatus.Canceled });
        var owed = await OweAsync(storage, owed => storage.Parked(owed) with { Status = DeliveryStatus.Pending });

        storage.Clock.Advance(Hour - Moment);
        Assert.Equal(0, await RunAsync(storage));
        storage.Clock.Advance(Moment + Moment);
        Assert.Equal(2, await RunAsync(storage));

        foreach (var gone in new[] { delivered, canceled })
        {
            Assert.Null(await storage.Deliveries.FindAsync(storage.Tenant, gone.Id, storage.Stop));
            Assert.Null(await storage.Deliveries.ReplayAsync(storage.Tenant, gone.Id, storage.Stop));
            Assert.Empty(await storage.DeliveriesAsync(gone.JobId));
            Assert.Equal(JobStatus.Succeeded, (await storage.FindAsync(gone.JobId)).Status);
        }
        Assert.Equal((2, 2), await CountAsync(storage));
        Assert.Single(await storage.DeliveriesAsync(parked.JobId));
        Assert.Single(await storage.DeliveriesAsync(owed.JobId));
    }

    [Theory, EveryDatabase]
    public async Task Counts_from_its_end_and_after_a_replay_from_then_on(On database)
    {
        await using var storage = await TestStorage.OnAsync(database, ("Retention:Delivered", "01:00:00"));
        await storage.FinishAsync();
        var late = Assert.Single(await storage.ReadQueueAsync());
        storage.Clock.Advance(3 * Hour);
        await EndAsync(storage, late, storage.Delivered);

        storage.Clock.Advance(Hour - Moment);
        Assert.Equal(0, await RunAsync(storage));
        await storage.Deliveries.ReplayAsync(storage.Tenant, late.Id, storage.Stop);
        await EndAsync(storage, Assert.Single(await storage.ReadQueueAsync()), storage.Delivered);
        storage.Clock.Advance(Moment);
        Assert.Equal(0, await RunAsync(storage));
        storage.Clock.Advance(Hour);
        Assert.Equal(1, await RunAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Loses_its_attempts_before_it_goes_itself_and_a_replay_counts_on(On database)
    {
        await using var storage = await TestStorage.OnAsync(database, ("Retention:Attempts", "01:00:00"));
        var delivered = await OweAsync(storage, storage.Delivered);
        var parked = await OweAsync(storage, storage.Parked);
        storage.Clock.Advance(Hour + Moment);

        Assert.Equal(1, await RunAsync(storage));
        Assert.Equal(0, await RunAsync(storage));

        Assert.Empty(await storage.Deliveries.AttemptsAsync(delivered.Id, 0, 10, storage.Stop));
        Assert.Single(await storage.Deliveries.AttemptsAsync(parked.Id, 0, 10, storage.Stop));
        Assert.Equal(1, (await storage.Deliveries.ReplayAsync(storage.Tenant, delivered.Id, storage.Stop))!.Attempts);
        await EndAsync(storage, Assert.Single(await storage.ReadQueueAsync()), storage.Delivered);
        Assert.Equal(2, (await storage.Deliveries.FindAsync(storage.Tenant, delivered.Id, storage.Stop))!.Attempts);
        Assert.Equal(2, Assert.Single(await storage.Deliveries.AttemptsAsync(delivered.Id, 0, 10, storage.Stop)).Number);
    }

    [Theory, EveryDatabase]
    public async Task Goes_once_however_many_clean(On database)
    {
        await using var storage = await TestStorage.OnAsync(database, ("Retention:Delivered", "01:00:00"), ("Retention:Attempts", "00:30:00"));
        for (var i = 0; i < 25; i++)
            await OweAsync(storage, storage.Delivered);
        storage.Clock.Advance(Hour + Moment);

        await Story.TogetherAsync(4, () => Another(storage).RunAsync(DateTimeOffset.UnixEpoch, 10, storage.Stop));

        Assert.Equal((0, 0), await CountAsync(storage));
        Assert.Equal(25, (await storage.Jobs.ListAsync(storage.Tenant, new(null, null, null, null, null, 100), storage.Stop)).Count);
    }

    private static DeliveryRetention Another(TestStorage storage) => new(storage.Database, storage.Get<IOptions<RetentionOptions>>(), storage.Clock);

    /// <summary>A job that has ended, and what became of its one delivery.</summary>
    private static async Task<OwedDelivery> OweAsync(TestStorage storage, Func<OwedDelivery, Settlement> settle)
    {
        var job = await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync(), d => d.JobId == job.Id);
        await EndAsync(storage, owed, settle);
        return owed;
    }

    private static async Task EndAsync(TestStorage storage, OwedDelivery owed, Func<OwedDelivery, Settlement> settle)
    {
        await storage.StartAsync(owed);
        await storage.SettleAsync(settle(owed));
    }

    private static Task<int> RunAsync(TestStorage storage) => storage.Get<DeliveryRetention>().RunAsync(DateTimeOffset.UnixEpoch, 10, storage.Stop);

    private static async Task<(int Deliveries, int Attempts)> CountAsync(TestStorage storage)
    {
        await using var db = storage.Database.CreateContext();
        return (await db.Deliveries.CountAsync(storage.Stop), await db.Attempts.CountAsync(storage.Stop));
    }
}
