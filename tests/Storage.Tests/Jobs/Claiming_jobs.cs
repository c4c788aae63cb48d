using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Jobs;

public sealed class Claiming_jobs
{
    [Theory, EveryDatabase]
    public async Task Eight_claimers_never_share_one_of_two_thousand(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var jobs = Enumerable.Range(0, 2000).Select(_ => storage.NewJob()).ToList();
        await Task.WhenAll(jobs.Select(job => storage.SubmitAsync(job)));

        var claimed = (await Story.TogetherAsync(8, ClaimAllAsync)).SelectMany(c => c).ToList();

        Assert.Equal(jobs.Select(j => j.Id).Order(), claimed.Select(j => j.Id).Order());
        Assert.All(claimed, job => Assert.Equal((1, 1, JobStatus.Running, 2), (job.Fence, job.Attempt, job.Status, job.Version)));

        async Task<List<Job>> ClaimAllAsync()
        {
            var mine = new List<Job>();
            // A claimer that finds nothing may have been shown only rows that others were claiming just then; they got them.
            while (await storage.ClaimAsync(25) is { Count: > 0 } page)
                mine.AddRange(page);
            return mine;
        }
    }

    [Theory, EveryDatabase]
    public async Task Takes_the_most_urgent_first_and_no_more_than_asked_for(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        foreach (var (type, priority) in new[] { ("a", 7), ("b", 3), ("a", 0), ("b", 9), ("c", 0), ("a", 8) })
        {
            await storage.SubmitAsync(storage.NewJob(type, priority));
            storage.Clock.Advance(TimeSpan.FromMilliseconds(1)); // the more urgent may be due later
        }

        Assert.Equal([("a", 0)], await ClaimAsync(1));
        Assert.Equal([("b", 3), ("a", 7), ("a", 8)], await ClaimAsync(3));
        Assert.Equal([("b", 9)], await ClaimAsync(3));

        async Task<IEnumerable<(string, int)>> ClaimAsync(int max) =>
            (await storage.ClaimAsync(["a", "b"], max)).Select(j => (j.Type, j.Priority));
    }

    [Theory, EveryDatabase]
    public async Task Waits_until_a_job_is_due(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync(storage.NewJob(dueAt: TestStorage.Start.AddMilliseconds(1)));

        Assert.Empty(await storage.ClaimAsync());
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(await storage.ClaimAsync());
    }

    [Theory, EveryDatabase]
    public async Task Gives_a_lease_that_ends_with_the_attempts_time_at_the_latest(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync(storage.NewJob("long", timeoutSeconds: 600));
        await storage.SubmitAsync(storage.NewJob("short", timeoutSeconds: 10));

        Assert.Equal(TestStorage.Start.AddMinutes(1), (await storage.ClaimAsync(1, "long"))[0].DueAt);
        Assert.Equal(TestStorage.Start.AddSeconds(10), (await storage.ClaimAsync(1, "short"))[0].DueAt);
    }

    [Theory, EveryDatabase]
    public async Task Never_hands_out_a_job_whose_start_by_has_passed(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync(storage.NewJob(startBy: TestStorage.Start.AddSeconds(10)));
        storage.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Empty(await storage.ClaimAsync());
    }

    [Theory, EveryDatabase]
    public async Task Compares_types_exactly(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync(storage.NewJob("echo"));

        foreach (var other in new[] { "Echo", " echo", "ech", "échо", "echo\t" })
            Assert.Empty(await storage.ClaimAsync(1, other));
        Assert.Single(await storage.ClaimAsync(1, "echo"));
    }

    [Theory]
    [InlineData(On.Sqlite)]
    [InlineData(On.PostgreSql)] // SQL Server pads before it compares, as SQL-92 has it; the API takes no type with a space
    public async Task Compares_types_to_the_last_space(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync(storage.NewJob("echo"));

        Assert.Empty(await storage.ClaimAsync(1, "echo "));
        Assert.Empty(await storage.Jobs.ListAsync(storage.Tenant, new(null, "echo ", null, null, null, 10), storage.Stop));
    }
}
