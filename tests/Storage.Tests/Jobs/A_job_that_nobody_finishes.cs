using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Jobs;

public sealed class A_job_that_nobody_finishes
{
    [Theory, EveryDatabase]
    public async Task Comes_back_when_its_lease_has_run_out_and_not_before(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();
        await storage.ClaimAsync();

        storage.Clock.Advance(Story.Lease - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await TidyAsync(storage));
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await TidyAsync(storage));

        var waiting = await storage.FindAsync(job.Id);
        Assert.Equal((JobStatus.Pending, storage.Clock.GetUtcNow(), "worker_lost"), (waiting.Status, waiting.DueAt, waiting.ErrorCode));
        var again = Assert.Single(await storage.ClaimAsync());
        Assert.Equal((2, 2), (again.Attempt, again.Fence));
        Assert.Equal(["job.enqueued", "job.started", "job.retry_scheduled", "job.started"], await storage.EventTypesAsync(job.Id));
    }

    [Theory, EveryDatabase]
    public async Task Keeps_its_lease_while_it_is_renewed(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();
        await storage.ClaimAsync();
        storage.Clock.Advance(Story.Lease / 2);
        await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Renew(log, row, 1, Story.Lease, "\"saved\""u8.ToArray()), storage.Stop);
        storage.Clock.Advance(Story.Lease / 2);

        Assert.Equal(0, await TidyAsync(storage));
        storage.Clock.Advance(Story.Lease / 2);
        Assert.Equal(1, await TidyAsync(storage));
        Assert.Equal("\"saved\""u8.ToArray(), (await storage.ClaimAsync())[0].Saved);
    }

    [Theory, EveryDatabase]
    public async Task Has_failed_when_it_lost_its_workers_too_often(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync(storage.NewJob(maxAttempts: 1));
        for (var lost = 1; lost <= 3; lost++)
        {
            Assert.Equal(lost, Assert.Single(await storage.ClaimAsync()).Attempt);
            storage.Clock.Advance(Story.Lease);
            await TidyAsync(storage);
        }

        var ended = await storage.FindAsync(job.Id);
        Assert.Equal((JobStatus.Failed, "worker_lost", storage.Clock.GetUtcNow()), (ended.Status, ended.ErrorCode, ended.FinishedAt));
        Assert.Equal((3, 3), (ended.LostLeases, ended.Attempt));
        Assert.Equal("job.failed", (await storage.EventTypesAsync(job.Id))[^1]);
    }

    [Theory, EveryDatabase]
    public async Task Loses_no_attempt_with_its_worker(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync(storage.NewJob(maxAttempts: 1));
        await storage.ClaimAsync();
        storage.Clock.Advance(Story.Lease);
        await TidyAsync(storage);

        Assert.Single(await storage.ClaimAsync());
        await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Fail(log, row, 2, new("broken", null, true, null), Story.Waits), storage.Stop);

        var ended = await storage.FindAsync(job.Id);
        Assert.Equal((JobStatus.Failed, "broken", 1, 2), (ended.Status, ended.ErrorCode, ended.LostLeases, ended.Attempt));
    }

    [Theory, EveryDatabase]
    public async Task Times_out_however_often_its_lease_is_renewed_and_waits_before_the_next_try(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync(storage.NewJob(timeoutSeconds: 90));
        await storage.ClaimAsync();
        storage.Clock.Advance(Story.Lease / 2);
        await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Renew(log, row, 1, TimeSpan.FromHours(1), null), storage.Stop);
        storage.Clock.Advance(Story.Lease);
        await TidyAsync(storage);

        var waiting = await storage.FindAsync(job.Id);
        Assert.Equal((JobStatus.Pending, "timeout"), (waiting.Status, waiting.ErrorCode));
        Assert.InRange(waiting.DueAt - storage.Clock.GetUtcNow(), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.5));
    }

    [Theory, EveryDatabase]
    public async Task Is_canceled_when_that_was_asked(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();
        await storage.ClaimAsync();
        Assert.Equal(Change.Made, await storage.Writer.ChangeAsync(job.Id, JobTransitions.Cancel, storage.Stop));
        storage.Clock.Advance(Story.Lease);
        await TidyAsync(storage);

        var ended = await storage.FindAsync(job.Id);
        Assert.Equal((JobStatus.Canceled, null), (ended.Status, ended.ErrorCode));
        Assert.Equal(["job.enqueued", "job.started", "job.cancel_requested", "job.canceled"], await storage.EventTypesAsync(job.Id));
    }

    [Theory, EveryDatabase]
    public async Task Fails_when_it_was_not_started_in_time(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync(storage.NewJob(startBy: TestStorage.Start.AddSeconds(10)));
        Assert.Equal(0, await TidyAsync(storage));
        storage.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, await TidyAsync(storage));

        var ended = await storage.FindAsync(job.Id);
        Assert.Equal((JobStatus.Failed, "deadline_exceeded"), (ended.Status, ended.ErrorCode));
    }

    [Theory, EveryDatabase]
    public async Task May_be_retried_after_its_start_by_when_it_was_started_in_time(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync(storage.NewJob(startBy: TestStorage.Start.AddSeconds(10)));
        await storage.ClaimAsync();
        await storage.Writer.ChangeAsync(job.Id, (log, row) =>
            JobTransitions.Fail(log, row, 1, new("busy", null, true, TimeSpan.FromSeconds(30)), Story.Waits), storage.Stop);
        storage.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(0, await TidyAsync(storage));
        Assert.Equal(2, Assert.Single(await storage.ClaimAsync()).Attempt);
    }

    [Theory, EveryDatabase]
    public async Task Is_moved_once_by_those_who_tidy_at_the_same_time(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => storage.SubmitAsync()));
        await storage.ClaimAsync(50);
        storage.Clock.Advance(Story.Lease);

        var moved = await Story.TogetherAsync(4, () => storage.Jobs.TidyAsync(Story.Waits, 50, storage.Stop));

        Assert.Equal(50, moved.Sum());
        foreach (var job in jobs)
            Assert.Equal(3, (await storage.FindAsync(job.Id)).Version);
    }

    private static Task<int> TidyAsync(TestStorage storage) => storage.Jobs.TidyAsync(Story.Waits, 100, storage.Stop);
}
