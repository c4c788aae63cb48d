using Microsoft.EntityFrameworkCore;
using Npgsql;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tests.Databases;
using Storage.Tests.Jobs;

namespace Storage.Tests.Sql;

/// <summary>What a database server refuses now and would do a moment later is done, once, and nobody hears of the first time.</summary>
public sealed class A_passing_fault
{
    private int _runs;

    [Theory, MemberData(nameof(An_answer_that_gets_lost.Servers), MemberType = typeof(An_answer_that_gets_lost))]
    public async Task Is_a_deadlock(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var (one, other) = (await storage.SubmitAsync(), await storage.SubmitAsync());
        using var bothHoldOne = new Barrier(2);

        await Task.WhenAll(LockBothAsync(storage, one.Id, other.Id, bothHoldOne), LockBothAsync(storage, other.Id, one.Id, bothHoldOne));

        Assert.Equal(3, _runs);
        Assert.Equal((2, 2), ((await storage.FindAsync(one.Id)).LostLeases, (await storage.FindAsync(other.Id)).LostLeases));
    }

    [Theory, InlineData("40001"), InlineData("55P03"), InlineData("53300"), InlineData("57P01")]
    public async Task Is_what_a_server_says_that_can_not_serve_now(string code)
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        var job = await storage.SubmitAsync();

        await ClaimAsync(storage, session => session.Write(new PlainStatement($"DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{code}'; END $$")));

        Assert.Equal(2, _runs);
        Assert.Equal((JobStatus.Running, 1), ((await storage.FindAsync(job.Id)).Status, (await storage.FindAsync(job.Id)).Attempt));
        Assert.Equal(["job.enqueued", "job.started"], await storage.EventTypesAsync(job.Id));
    }

    [Fact]
    public async Task Is_a_connection_that_is_cut_in_the_middle()
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        var job = await storage.SubmitAsync();
        await using var db = storage.Database.CreateContext();
        await using var killer = new NpgsqlConnection(db.Database.GetConnectionString());
        await killer.OpenAsync(storage.Stop);

        await ClaimAsync(storage, session =>
        {
            using var kill = new NpgsqlCommand(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'", killer);
            Assert.NotNull(kill.ExecuteScalar());
        });

        Assert.Equal(2, _runs);
        Assert.Equal(["job.enqueued", "job.started"], await storage.EventTypesAsync(job.Id));
    }

    /// <summary>Locks one job, waits until the other one is locked too, and then wants that: one of both has to give way.</summary>
    private Task<int> LockBothAsync(TestStorage storage, Id<Job> first, Id<Job> second, Barrier bothHoldOne)
    {
        var isFirstRun = true;
        return Task.Run(
            () => storage.Get<JobCommits>().CommitAsync(
                async (session, log) =>
                {
                    Interlocked.Increment(ref _runs);
                    await CountAsync(session, log, first, storage.Stop);
                    if (isFirstRun)
                        bothHoldOne.SignalAndWait(storage.Stop);
                    isFirstRun = false;
                    await CountAsync(session, log, second, storage.Stop);
                    return 0;
                },
                storage.Stop),
            storage.Stop);
    }

    private static async Task CountAsync(SqlSession session, JobLog log, Id<Job> id, CancellationToken stop)
    {
        var job = Assert.Single(await session.ReadAsync(JobStatements.Lock, [id], JobStatements.Read, [], stop));
        job.LostLeases++;
        log.Keep(job);
    }

    /// <summary>Claims the one job, and the first time something happens in the middle of the transaction.</summary>
    private Task<int> ClaimAsync(TestStorage storage, Action<SqlSession> happen) =>
        storage.Get<JobCommits>().CommitAsync(
            async (session, log) =>
            {
                var ids = await session.ReadAsync(new PlainStatement("SELECT j.Id FROM Jobs AS j"), row => row.Id<Job>(), [], storage.Stop);
                var job = Assert.Single(await session.ReadAsync(JobStatements.Lock, ids, JobStatements.Read, [], storage.Stop));
                JobTransitions.Start(log, job, "worker", Story.Lease);
                if (Interlocked.Increment(ref _runs) == 1)
                    happen(session);
                return 0;
            },
            storage.Stop);
}
