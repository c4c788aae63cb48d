using Microsoft.EntityFrameworkCore;
using Storage.Jobs;
using Storage.Tenants;
using Storage.Tests.Databases;

namespace Storage.Tests.Jobs;

public sealed class An_idempotency_key
{
    private static readonly Id<Tenant> Neighbour = new(new Guid("00000000-0000-7000-8000-00000000000f"));

    [Theory, EveryDatabase]
    public async Task Makes_one_job_however_many_submit_it(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);

        var answers = await Story.TogetherAsync(16, () => storage.Writer.SubmitAsync(storage.NewJob(key: "k"), []));

        var accepted = Assert.Single(answers.OfType<Submitted.Accepted>()).Job;
        Assert.Equal(Enumerable.Repeat(accepted.Id, 15), answers.OfType<Submitted.Replayed>().Select(r => r.JobId));
        Assert.Equal(["job.enqueued"], await storage.EventTypesAsync(accepted.Id));
        Assert.Equal(1, await CountAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Is_refused_for_another_request_and_leaves_nothing(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var first = await storage.SubmitAsync(storage.NewJob(key: "k", request: "one"));
        var before = await storage.PictureAsync(first.Id);
        var other = storage.NewJob(key: "k", request: "two");

        Assert.IsType<Submitted.KeyReused>(await storage.Writer.SubmitAsync(other, [storage.NewCallback(other)], storage.Stop));
        Assert.Equal(before, await storage.PictureAsync(first.Id));
        Assert.Equal(1, await CountAsync(storage));
        Assert.Empty(await storage.Jobs.CallbacksAsync(other.Id, storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Means_nothing_to_another_tenant(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync(storage.NewJob(key: "k", request: "one"));

        Assert.IsType<Submitted.Accepted>(await storage.Writer.SubmitAsync(storage.NewJob(key: "k", request: "two", tenant: Neighbour), [], storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Holds_within_one_commit_too(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        List<JobWriter.Submission> submissions =
        [
            new(storage.NewJob(key: "k"), []),
            new(storage.NewJob(key: "k"), []),
            new(storage.NewJob(key: "k", request: "other"), []),
            new(storage.NewJob(key: "k", tenant: Neighbour), []),
            new(storage.NewJob(), []),
        ];

        var batch = await storage.Get<JobCommits>().CommitAsync(
            (session, log) => SubmissionBatch.InsertAsync(session, log, submissions), storage.Stop);

        var first = Assert.IsType<Submitted.Accepted>(batch.OutcomeOf(submissions[0])).Job.Id;
        Assert.Equal(first, Assert.IsType<Submitted.Replayed>(batch.OutcomeOf(submissions[1])).JobId);
        Assert.IsType<Submitted.KeyReused>(batch.OutcomeOf(submissions[2]));
        Assert.IsType<Submitted.Accepted>(batch.OutcomeOf(submissions[3]));
        Assert.IsType<Submitted.Accepted>(batch.OutcomeOf(submissions[4]));
        Assert.Equal(3, await CountAsync(storage));
        Assert.Equal(["job.enqueued"], await storage.EventTypesAsync(first));
    }

    private static async Task<int> CountAsync(TestStorage storage)
    {
        await using var db = storage.Database.CreateContext();
        return await db.Jobs.CountAsync(storage.Stop);
    }
}
