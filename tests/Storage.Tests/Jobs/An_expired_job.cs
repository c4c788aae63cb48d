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

        var removed = await Story.TogetherAsync(4, () => storage.Retention.RunAsync(default, 10, storage.Stop));
        Assert.Equal(25, removed.Sum());
        Assert.Equal((0, 0, 0, 0, 0), await CountAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Goes_although_others_of_the_same_moment_stay(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var owing = new List<Job>();
        for (var i = 0; i < 7; i++)
        {
            owing.Add(await storage.FinishAsync());
            var free = await storage.SubmitAsync();
            await storage.ClaimAsync();
            await storage.SucceedAsync(free.Id);
        }
        storage.Clock.Advance(Ttl);

        Assert.Equal(7, await storage.Retention.RunAsync(default, 2, storage.Stop));
        Assert.Equal((7, 21, 7, 7, 0), await CountAsync(storage));
        foreach (var job in owing)
            Assert.Equal(JobStatus.Succeeded, (await storage.FindAsync(job.Id)).Status);
    }

    [Theory, EveryDatabase]
    public async Task Is_found_where_the_last_run_did_not_come_to_it(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await DeliverAsync(storage);
        storage.Clock.Advance(TimeSpan.FromDays(3));

        Assert.Equal(1, await storage.Retention.RunAsync(storage.Clock.GetUtcNow() - TimeSpan.FromMinutes(1), 10, storage.Stop));
    }

    /// <summary>SQLite runs transactions one by one: there is no between.</summary>
    [Theory, MemberData(nameof(An_answer_that_gets_lost.Servers), MemberType = typeof(An_answer_that_gets_lost))]
    public async Task Stays_where_a_replay_comes_between_the_look_at_it_and_its_removal(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var owed = await DeliverAsync(storage);
        storage.Clock.Advance(Ttl);
        Failing.Once("begun", () => Task.Run(() => storage.Deliveries.ReplayAsync(storage.Tenant, owed.Id, storage.Stop), storage.Stop).Wait(storage.Stop));

        Assert.Equal(0, await RunAsync(storage));

        Assert.Equal((1, 3, 1, 1, 1), await CountAsync(storage));
        Assert.Single(await storage.ReadQueueAsync());
    }

    [Theory, EveryDatabase]
    public async Task Had_the_time_that_jobs_with_its_outcome_are_given_unless_it_asked_for_another(On database)
    {
        await using var storage = await TestStorage.OnAsync(
            database, ("Retention:Succeeded", "1.00:00:00"), ("Retention:Failed", "2.00:00:00"), ("Retention:Canceled", "3.00:00:00"));
        var day = TimeSpan.FromDays(1);

        Assert.Equal(day, await KeptAsync(storage, Job.TtlByOutcome, (log, job) => JobTransitions.Succeed(log, job, 1, null)));
        Assert.Equal(2 * day, await KeptAsync(storage, Job.TtlByOutcome, (log, job) => JobTransitions.Fail(log, job, 1, new("broken", null, false, null), Story.Waits)));
        Assert.Equal(3 * day, await KeptAsync(storage, Job.TtlByOutcome, (log, job) => JobTransitions.Canceled(log, job, 1)));
        Assert.Equal(365 * day, await KeptAsync(storage, Job.LongestTtl, (log, job) => JobTransitions.Succeed(log, job, 1, null)));
        Assert.Equal(TimeSpan.Zero, await KeptAsync(storage, 0, (log, job) => JobTransitions.Succeed(log, job, 1, null)));
    }

    [Theory, EveryDatabase]
    public async Task Stays_as_long_for_a_parked_delivery_as_is_set(On database)
    {
        await using var storage = await TestStorage.OnAsync(database, ("Retention:Parked", "02:00:00"));
        await storage.FinishAsync();
        var owed = Assert.Single(await storage.ReadQueueAsync());
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Parked(owed));

        storage.Clock.Advance(Ttl + TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await RunAsync(storage));
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await RunAsync(storage));
    }

    private static async Task<TimeSpan> KeptAsync(TestStorage storage, int ttlSeconds, Func<JobLog, Job?, Change> end)
    {
        var job = await storage.SubmitAsync(storage.NewJob(ttlSeconds: ttlSeconds));
        await storage.ClaimAsync();
        Assert.Equal(Change.Made, await storage.Writer.ChangeAsync(job.Id, end));
        var ended = await storage.FindAsync(job.Id);
        return ended.ExpiresAt!.Value - ended.FinishedAt!.Value;
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

    private static Task<int> RunAsync(TestStorage storage) => storage.Retention.RunAsync(default, 100, storage.Stop);

    private static async Task<(int Jobs, int Events, int Callbacks, int Deliveries, int Attempts)> CountAsync(TestStorage storage)
    {
        await using var db = storage.Database.CreateContext();
        return (
            await db.Jobs.CountAsync(storage.Stop), await db.JobEvents.CountAsync(storage.Stop), await db.Callbacks.CountAsync(storage.Stop),
            await db.Deliveries.CountAsync(storage.Stop), await db.Attempts.CountAsync(storage.Stop));
    }
}
