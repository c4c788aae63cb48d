using Storage.Gates;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Tenants;
using Storage.Tests.Databases;

namespace Storage.Tests.Gates;

public sealed class A_limit
{
    [Theory, EveryDatabase]
    public async Task Of_seven_is_never_overshot_by_fifty_claimers(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await SubmitAsync(storage, 60);
        await storage.Gates.LimitAsync(Queue(storage), 7, storage.Stop);
        var random = new Random(7);
        var running = new List<Job>();

        // Nobody finishes while the fifty claim, so what they get together is what is running at that moment.
        for (var round = 0; round < 6; round++)
        {
            running.AddRange((await Story.TogetherAsync(50, () => storage.ClaimAsync(random.Next(1, 4)))).SelectMany(jobs => jobs));
            Assert.True(running.Count <= 7, $"{running.Count} running");
            running.AddRange(await storage.ClaimAsync(50));
            Assert.Equal(7, running.Count);
            foreach (var job in running.Take(random.Next(1, 8)).ToList())
            {
                Assert.Equal(Change.Made, await storage.SucceedAsync(job.Id));
                running.Remove(job);
            }
        }
    }

    [Theory, EveryDatabase]
    public async Task Holds_while_claimers_and_finishers_race(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await SubmitAsync(storage, 150);
        await storage.Gates.LimitAsync(Queue(storage), 7, storage.Stop);
        var (running, most) = (0, 0);

        // Counted from after the claim's commit to before the settle's, so what is counted was running for certain.
        var done = await Story.TogetherAsync(20, async () =>
        {
            var finished = 0;
            while (await OpenAsync(storage) > 0)
            {
                if ((await storage.ClaimAsync()).FirstOrDefault() is not { } job)
                    continue;
                var now = Interlocked.Increment(ref running);
                for (var seen = Volatile.Read(ref most); now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen; seen = Volatile.Read(ref most))
                {
                }
                Interlocked.Decrement(ref running);
                Assert.Equal(Change.Made, await storage.SucceedAsync(job.Id));
                finished++;
            }
            return finished;
        });

        Assert.Equal(150, done.Sum());
        Assert.InRange(most, 1, 7);
    }

    [Theory, EveryDatabase]
    public async Task Of_a_tenant_counts_all_its_types_and_none_of_its_neighbours(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var other = await AnotherTenantAsync(storage);
        foreach (var type in new[] { "a", "b", "c" })
        {
            await storage.SubmitAsync(storage.NewJob(type));
            await storage.SubmitAsync(storage.NewJob(type));
            await storage.SubmitAsync(storage.NewJob(type, tenant: other));
        }
        await storage.Gates.LimitAsync(JobQueue.Whole(storage.Tenant), 2, storage.Stop);

        var claimed = await storage.ClaimAsync(["a", "b", "c"], 100);

        Assert.Equal(2, claimed.Count(j => j.TenantId == storage.Tenant));
        Assert.Equal(3, claimed.Count(j => j.TenantId == other));
        Assert.Empty(await storage.ClaimAsync(["a", "b", "c"], 100));
    }

    [Theory, EveryDatabase]
    public async Task Lets_the_next_one_start_when_a_job_ends_in_whatever_way(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await SubmitAsync(storage, 4);
        await storage.Gates.LimitAsync(Queue(storage), 1, storage.Stop);
        var rings = 0;

        var first = Assert.Single(await storage.ClaimAsync(10));
        storage.Get<Bells>().Jobs.Rung += () => rings++;
        await storage.SucceedAsync(first.Id);
        Assert.Equal(1, rings);
        var second = Assert.Single(await storage.ClaimAsync(10));
        await storage.Writer.ChangeAsync(second.Id, (log, job) => JobTransitions.Fail(log, job, 1, new("x", null, false, null), Story.Waits), storage.Stop);
        Assert.Single(await storage.ClaimAsync(10));
        storage.Clock.Advance(Story.Lease);
        await storage.Jobs.TidyAsync(Story.Waits, 10, storage.Stop);
        Assert.Single(await storage.ClaimAsync(10));
    }

    [Theory, EveryDatabase]
    public async Task That_is_taken_away_is_gone_and_costs_nothing_any_more(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await SubmitAsync(storage, 5);
        await storage.Gates.LimitAsync(Queue(storage), 1, storage.Stop);
        Assert.Single(await storage.ClaimAsync(10));

        await storage.Gates.LimitAsync(Queue(storage), null, storage.Stop);

        Assert.Empty((await storage.Gates.ReadAsync(storage.Tenant, storage.Stop)).Gates);
        Assert.Equal(4, (await storage.ClaimAsync(10)).Count);
    }

    [Theory, EveryDatabase]
    public async Task And_a_pause_stand_side_by_side(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await SubmitAsync(storage, 3);
        await storage.SubmitAsync(storage.NewJob("other"));
        await storage.Gates.LimitAsync(Queue(storage), 2, storage.Stop);
        await storage.Gates.PauseAsync(Queue(storage), storage.Stop);

        Assert.Equal("other", Assert.Single(await storage.ClaimAsync(["echo", "other"], 10)).Type);
        await storage.Gates.ResumeAsync(Queue(storage), storage.Stop);
        Assert.Equal(2, (await storage.ClaimAsync(10)).Count);
        Assert.Equal(2, Assert.Single((await storage.Gates.ReadAsync(storage.Tenant, storage.Stop)).Gates).MaxRunning);
    }

    private static JobQueue Queue(TestStorage storage) => new(storage.Tenant, "echo");

    private static Task<Job[]> SubmitAsync(TestStorage storage, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => storage.SubmitAsync()));

    private static async Task<int> OpenAsync(TestStorage storage) =>
        (await storage.Jobs.ListAsync(storage.Tenant, new(JobStatus.Pending, null, null, null, null, 1), storage.Stop)).Count;

    private static async Task<Id<Tenant>> AnotherTenantAsync(TestStorage storage)
    {
        var id = Id<Tenant>.New(storage.Clock.GetUtcNow());
        await using var db = storage.Database.CreateContext();
        db.Tenants.Add(new Tenant { Id = id, Name = "other", SigningSecret = [1], CreatedAt = storage.Clock.GetUtcNow() });
        await db.SaveChangesAsync(storage.Stop);
        return id;
    }
}
