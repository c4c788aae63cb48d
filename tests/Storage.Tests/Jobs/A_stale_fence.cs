using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Jobs;

public sealed class A_stale_fence
{
    private static readonly byte[] Json = "1"u8.ToArray();

    /// <summary>Every arrow that a worker can ask for.</summary>
    private static readonly Dictionary<string, Func<JobLog, Job?, long, Change>> Arrows = new()
    {
        ["renew"] = (log, job, fence) => JobTransitions.Renew(log, job, fence, Story.Lease, Json),
        ["report"] = (log, job, fence) => JobTransitions.Report(log, job, fence, 0.5, "half"),
        ["output"] = (log, job, fence) => JobTransitions.Output(log, job, fence, 1, Json),
        ["fail"] = (log, job, fence) => JobTransitions.Fail(log, job, fence, new("broken", null, true, null), Story.Waits),
        ["release"] = (log, job, fence) => JobTransitions.Release(log, job, fence, TimeSpan.Zero),
        ["canceled"] = JobTransitions.Canceled,
        ["succeed"] = (log, job, fence) => JobTransitions.Succeed(log, job, fence, Json),
    };

    [Theory, EveryDatabase]
    public async Task Changes_nothing_of_a_job_that_somebody_else_holds(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await ClaimedTwiceAsync(storage);
        var before = await storage.PictureAsync(job);

        foreach (var (name, ask) in Arrows)
            foreach (var fence in new long[] { 0, 1, 3 })
            {
                var change = await storage.Writer.ChangeAsync(job, (log, row) => ask(log, row, fence), storage.Stop);
                Assert.Equal((name, fence, Change.StaleFence), (name, fence, change));
            }

        Assert.Equal(before, await storage.PictureAsync(job));
    }

    [Theory, EveryDatabase]
    public async Task Is_what_every_fence_is_once_a_job_has_ended(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await ClaimedTwiceAsync(storage);
        Assert.Equal(Change.Made, await storage.SucceedAsync(job, 2));
        var before = await storage.PictureAsync(job);
        storage.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(Change.Repeated, await storage.SucceedAsync(job, 2));
        Assert.Equal(Change.Repeated, await storage.Writer.ChangeAsync(job, JobTransitions.Cancel, storage.Stop));
        Assert.Equal(0, await storage.Jobs.TidyAsync(Story.Waits, 10, storage.Stop));
        Assert.Empty(await storage.ClaimAsync());
        foreach (var (name, ask) in Arrows.Where(a => a.Key != "succeed"))
            Assert.Equal((name, Change.StaleFence), (name, await storage.Writer.ChangeAsync(job, (log, row) => ask(log, row, 2), storage.Stop)));

        Assert.Equal(before, await storage.PictureAsync(job));
    }

    [Theory, EveryDatabase]
    public async Task Of_an_unknown_job_finds_nothing(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);

        foreach (var (name, ask) in Arrows)
            Assert.Equal((name, Change.NotFound), (name, await storage.Writer.ChangeAsync(storage.NewJob().Id, (log, row) => ask(log, row, 1), storage.Stop)));
    }

    private static async Task<Id<Job>> ClaimedTwiceAsync(TestStorage storage)
    {
        var job = await storage.SubmitWithCallbackAsync(Story.AllEvents);
        await storage.ClaimAsync();
        storage.Clock.Advance(Story.Lease);
        await storage.Jobs.TidyAsync(Story.Waits, 10, storage.Stop);
        Assert.Equal(2, (await storage.ClaimAsync())[0].Fence);
        return job.Id;
    }
}
