using Storage.Jobs;
using Storage.Tenants;
using Storage.Tests.Databases;

namespace Storage.Tests.Jobs;

public sealed class Listing_jobs
{
    private static readonly JobFilter All = new(null, null, null, null, null, 100);

    [Theory, EveryDatabase]
    public async Task Finds_by_every_filter_newest_first(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var first = await storage.SubmitAsync(storage.NewJob("a"));
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await storage.SubmitAsync(storage.NewJob("b"));
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        var third = await storage.SubmitAsync(storage.NewJob("a"));
        await storage.ClaimAsync(1, "b");

        Assert.Equal([third.Id, second.Id, first.Id], await ListAsync(All));
        Assert.Equal([third.Id, first.Id], await ListAsync(All with { Status = JobStatus.Pending }));
        Assert.Equal([second.Id], await ListAsync(All with { Status = JobStatus.Running }));
        Assert.Equal([third.Id, first.Id], await ListAsync(All with { Type = "a" }));
        Assert.Empty(await ListAsync(All with { Type = "A" }));
        Assert.Equal([third.Id], await ListAsync(All with { CreatedAfter = TestStorage.Start.AddSeconds(1) }));
        Assert.Equal([first.Id], await ListAsync(All with { CreatedBefore = TestStorage.Start.AddSeconds(1) }));
        Assert.Equal([first.Id], await ListAsync(All with { Before = second.Id }));
        Assert.Equal([third.Id], await ListAsync(All with { Limit = 1 }));
        Assert.Equal(
            [first.Id],
            await ListAsync(new(JobStatus.Pending, "a", TestStorage.Start.AddMilliseconds(-1), TestStorage.Start.AddSeconds(2), third.Id, 9)));

        async Task<IEnumerable<Id<Job>>> ListAsync(JobFilter filter) =>
            (await storage.Jobs.ListAsync(storage.Tenant, filter, storage.Stop)).Select(j => j.Id);
    }

    [Theory, EveryDatabase]
    public async Task Pages_do_not_move_while_new_ones_come(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        // Many in one millisecond: then only the random bits of their ids order them, the same way here and in every database.
        var jobs = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => storage.SubmitAsync()));

        var seen = new List<Job>();
        while (seen.Count <= jobs.Length && await NextPageAsync() is { Count: > 0 } page)
        {
            seen.AddRange(page);
            storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await storage.SubmitAsync();
        }

        Assert.Equal(jobs.Select(j => j.Id).OrderDescending(), seen.Select(j => j.Id));

        Task<List<Job>> NextPageAsync() =>
            storage.Jobs.ListAsync(storage.Tenant, All with { Before = seen.LastOrDefault()?.Id, Limit = 7 }, storage.Stop);
    }

    [Theory, EveryDatabase]
    public async Task Shows_nothing_to_another_tenant(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();
        var stranger = Id<Tenant>.New(TestStorage.Start);

        Assert.NotNull(await storage.Jobs.FindAsync(storage.Tenant, job.Id, storage.Stop));
        Assert.Null(await storage.Jobs.FindAsync(stranger, job.Id, storage.Stop));
        Assert.Empty(await storage.Jobs.ListAsync(stranger, All, storage.Stop));
    }
}
