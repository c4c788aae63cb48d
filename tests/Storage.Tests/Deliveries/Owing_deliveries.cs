using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class Owing_deliveries
{
    [Theory, EveryDatabase]
    public async Task Every_change_owes_one_to_each_callback_that_asked_for_it(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = storage.NewJob();
        var all = storage.NewCallback(job, "https://all.example/", Story.AllEvents);
        var terminal = storage.NewCallback(job, "https://terminal.example/");
        var none = storage.NewCallback(job, "https://none.example/", JobEventType.Progress.ToSet());
        await storage.SubmitAsync(job, all, terminal, none);
        await storage.ClaimAsync();
        await storage.SucceedAsync(job.Id);

        var owed = (await storage.DeliveriesAsync(job.Id)).OrderBy(d => d.Seq).ThenBy(d => d.CallbackId == terminal.Id).ToList();

        Assert.Equal(
            [
                (1, JobEventType.Enqueued, all.Id), (2, JobEventType.Started, all.Id), (3, JobEventType.Succeeded, all.Id),
                (3, JobEventType.Succeeded, terminal.Id),
            ],
            owed.Select(d => (d.Seq, d.EventType, d.CallbackId)));
        Assert.All(owed, d => Assert.Equal((DeliveryStatus.Pending, 1, 0, TestStorage.Start), (d.Status, d.Round, d.Attempts, d.DueAt)));
        Assert.Equal(Receiver.IdOf(storage.Tenant, "https://all.example:443"), owed[0].ReceiverId);
    }

    [Theory, EveryDatabase]
    public async Task A_change_that_cannot_be_written_owes_nothing(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitWithCallbackAsync(Story.AllEvents);
        await storage.ClaimAsync();
        var before = await storage.PictureAsync(job.Id);

        await Assert.ThrowsAsync<InvalidOperationException>(() => storage.Writer.ChangeAsync<Change>(job.Id, (log, row) =>
        {
            JobTransitions.Succeed(log, row, 1, "1"u8.ToArray());
            throw new InvalidOperationException("poisoned");
        }, storage.Stop));
        // The delivery names a callback whose id is taken, so the last statements of the transaction fail.
        var taken = (await storage.Jobs.CallbacksAsync(job.Id, storage.Stop))[0];
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => storage.Writer.ChangeAsync(job.Id, (log, row) =>
        {
            log.Add(row!, taken);
            return JobTransitions.Succeed(log, row, 1, "1"u8.ToArray());
        }, storage.Stop));

        Assert.Equal(before, await storage.PictureAsync(job.Id));
    }

    [Theory, EveryDatabase]
    public async Task A_callback_that_comes_after_the_end_still_gets_it(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.FinishAsync();
        var late = storage.NewCallback(job, "https://late.example/", Story.AllEvents);
        var uninterested = storage.NewCallback(job, "https://failures.example/", JobEventType.Failed.ToSet());
        await AddAsync(storage, late);
        await AddAsync(storage, uninterested);

        Assert.Equal([3], await SeqsAsync(storage, late));
        Assert.Empty(await SeqsAsync(storage, uninterested));
        Assert.Equal(3, (await storage.FindAsync(job.Id)).Version);
        Assert.Equal(1, (await storage.ReceiverAsync("https://late.example/"))!.Poked);
    }

    [Theory, EveryDatabase]
    public async Task A_callback_that_comes_midway_gets_what_comes_after_it(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();
        await storage.ClaimAsync();
        var midway = storage.NewCallback(job, events: Story.AllEvents);
        await AddAsync(storage, midway);
        await storage.SucceedAsync(job.Id);

        Assert.Equal([3], await SeqsAsync(storage, midway));
    }

    [Theory, EveryDatabase]
    public async Task A_callback_that_comes_in_the_commit_of_the_end_gets_it_once(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitWithCallbackAsync(Story.AllEvents, "https://first.example/");
        await storage.ClaimAsync();
        var before = storage.NewCallback(job, "https://before.example/", Story.AllEvents);
        var after = storage.NewCallback(job, "https://after.example/", Story.AllEvents);
        await storage.Writer.ChangeAsync(job.Id, (log, row) =>
        {
            JobTransitions.Output(log, row, 1, 1, "1"u8.ToArray());
            log.Add(row!, before);
            var change = JobTransitions.Succeed(log, row, 1, "1"u8.ToArray());
            log.Add(row!, after);
            return change;
        }, storage.Stop);

        Assert.Equal([4], await SeqsAsync(storage, before));
        Assert.Equal([4], await SeqsAsync(storage, after));
    }

    [Theory, EveryDatabase]
    public async Task A_removed_callback_is_owed_nothing_any_more(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = storage.NewJob();
        var removed = storage.NewCallback(job, events: Story.AllEvents);
        var kept = storage.NewCallback(job, events: Story.AllEvents);
        await storage.SubmitAsync(job, removed, kept);
        await storage.Writer.ChangeAsync(job.Id, (log, row) =>
        {
            log.Remove(row!, removed);
            return Change.Made;
        }, storage.Stop);
        await storage.ClaimAsync();

        var owed = await storage.DeliveriesAsync(job.Id);
        var canceled = Assert.Single(owed, d => d.CallbackId == removed.Id);
        Assert.Equal((DeliveryStatus.Canceled, "callback_deleted"), (canceled.Status, canceled.Reason));
        Assert.Equal([1, 2], owed.Where(d => d.CallbackId == kept.Id && d.Status == DeliveryStatus.Pending).Select(d => d.Seq).Order());
        Assert.Equal([kept.Id], (await storage.Jobs.CallbacksAsync(job.Id, storage.Stop)).Select(c => c.Id));
    }

    private static Task<Change> AddAsync(TestStorage storage, Callback callback) =>
        storage.Writer.ChangeAsync(callback.JobId, (log, job) =>
        {
            log.Add(job!, callback);
            return Change.Made;
        });

    private static async Task<IEnumerable<int>> SeqsAsync(TestStorage storage, Callback callback) =>
        (await storage.DeliveriesAsync(callback.JobId)).Where(d => d.CallbackId == callback.Id).Select(d => d.Seq).Order();
}
