using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Jobs;

/// <summary>The commit is done, and the connection breaks before its answer comes: what is run again must know its own work.</summary>
public sealed class An_answer_that_gets_lost
{
    // SQLite answers in the process: there is nothing to get lost.
    public static TheoryData<On> Servers => SqlServerDatabase.IsConfigured ? [On.PostgreSql, On.SqlServer] : [On.PostgreSql];

    [Theory, MemberData(nameof(Servers))]
    public async Task Leaves_one_job_that_its_caller_hears_of(On database)
    {
        var lose = Failing.LoseAnswers(1);
        await using var storage = await TestStorage.OnAsync(database);
        var (plain, keyed) = (storage.NewJob(), storage.NewJob(key: "k"));
        lose();

        var first = await storage.Writer.SubmitAsync(plain, [storage.NewCallback(plain, events: Story.AllEvents)], storage.Stop);
        lose();
        var second = await storage.Writer.SubmitAsync(keyed, [], storage.Stop);

        Assert.Equal(plain.Id, Assert.IsType<Submitted.Accepted>(first).Job.Id);
        Assert.Equal(keyed.Id, Assert.IsType<Submitted.Accepted>(second).Job.Id);
        Assert.Equal(["job.enqueued"], await storage.EventTypesAsync(plain.Id));
        Assert.Equal(["job.enqueued"], await storage.EventTypesAsync(keyed.Id));
        Assert.Single(await storage.DeliveriesAsync(plain.Id));
        Assert.NotNull(await storage.ReceiverAsync());
        Assert.Equal(2, lose());
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Ends_a_job_once(On database)
    {
        var lose = Failing.LoseAnswers(1);
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitWithCallbackAsync();
        await storage.ClaimAsync();
        lose();

        Assert.Equal(Change.Repeated, await storage.SucceedAsync(job.Id));
        Assert.Equal(["job.enqueued", "job.started", "job.succeeded"], await storage.EventTypesAsync(job.Id));
        Assert.Single(await storage.DeliveriesAsync(job.Id));
    }
}
