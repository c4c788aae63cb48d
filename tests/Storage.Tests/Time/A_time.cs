using Microsoft.EntityFrameworkCore;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Time;

public sealed class A_time
{
    private static readonly DateTimeOffset Abroad = new(2030, 1, 2, 8, 34, 5, 123, TimeSpan.FromHours(5.5));

    [Theory, EveryDatabase]
    public async Task With_an_offset_comes_back_equal_and_in_utc(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync(storage.NewJob(startBy: Abroad, dueAt: Abroad));

        await using var db = storage.Database.CreateContext();
        foreach (var stored in new[] { await storage.FindAsync(job.Id), await db.Jobs.AsNoTracking().SingleAsync(storage.Stop) })
        {
            Assert.Equal((Abroad, Abroad), (stored.StartBy, stored.DueAt));
            Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (stored.StartBy!.Value.Offset, stored.DueAt.Offset));
        }
    }

    [Theory, EveryDatabase]
    public async Task Is_compared_by_the_moment_it_means(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync();
        JobFilter all = new(null, null, null, null, null, 10);
        var here = TestStorage.Start.ToOffset(TimeSpan.FromHours(-11));
        var there = TestStorage.Start.ToOffset(TimeSpan.FromHours(13));

        Assert.Single(await ListAsync(all with { CreatedAfter = there.AddMilliseconds(-1), CreatedBefore = here.AddMilliseconds(1) }));
        Assert.Empty(await ListAsync(all with { CreatedAfter = here }));
        Assert.Empty(await ListAsync(all with { CreatedBefore = there }));

        Task<List<Job>> ListAsync(JobFilter filter) => storage.Jobs.ListAsync(storage.Tenant, filter, storage.Stop);
    }
}
