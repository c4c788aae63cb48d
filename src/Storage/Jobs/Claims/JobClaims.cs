using Storage.Gates;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Jobs.Claims;

/// <summary>
/// Claims jobs for many workers in one transaction. Most urgent first, and of two alike the one that is due longer; but each tenth goes by age
/// alone, so that whatever waits is claimed in the end, however much that is more urgent keeps coming.
/// </summary>
internal sealed class JobClaims(Database database, JobCommits commits)
{
    private const int Priorities = 10;
    private const int ByAgeEach = 10;

    /// <summary>How many jobs one transaction starts for several wishes at the most: each comes with its input.</summary>
    private const int Most = 200;

    public async Task<IReadOnlyList<Job>> ClaimAsync(ClaimWish wish, CancellationToken stop) => (await ClaimAsync([wish], 0, stop)).Given[0];

    /// <summary>
    /// Claims for everybody who waits, first come, first served. <paramref name="before"/> is how many were handed out in earlier rounds, so that
    /// it is each tenth of all that goes by age.
    /// </summary>
    public Task<ClaimRound> ClaimAsync(IReadOnlyList<ClaimWish> wishes, long before, CancellationToken stop) =>
        commits.CommitAsync((session, log) => ClaimAsync(session, log, wishes, before, stop), stop);

    /// <summary>When the next job that one of the wishes would take becomes due; null where none will by itself.</summary>
    public Task<DateTimeOffset?> NextDueAsync(IReadOnlyList<ClaimWish> wishes, DateTimeOffset now, CancellationToken stop) =>
        database.ReadAsync<DateTimeOffset?>(
            async session =>
            {
                var tenants = await TenantsAsync(session, wishes, stop);
                var lanes = wishes.SelectMany(w => w.Queues(tenants)).Distinct().SelectMany(queue => LanesOf(queue, 1)).ToList();
                var times = await session.ReadAsync(ClaimStatements.NextDue, lanes, row => row.Time(), [("now", now)], stop);
                return times.Count == 0 ? null : times.Min();
            },
            stop);

    private static async Task<ClaimRound> ClaimAsync(SqlSession session, JobLog log, IReadOnlyList<ClaimWish> wishes, long before, CancellationToken stop)
    {
        var most = Math.Max(Most, wishes.Max(w => w.Max));
        var allotment = new Allotment(wishes, await TenantsAsync(session, wishes, stop), most);
        var gates = await OpenGates.LockAsync(session, allotment.Queues, stop);
        var lanes = allotment.Queues.SelectMany(queue => LanesOf(queue, gates.Free(queue, allotment.Wanted(queue)))).OrderBy(l => l.Priority).ToList();
        var due = await session.ReadAsync(ClaimStatements.Due, lanes, ClaimStatements.Read, [("now", log.Now)], stop);
        var (urgent, old) = (new Queue<Candidate>(due.OrderBy(c => c.Priority).ThenBy(c => c.DueAt)), new Queue<Candidate>(due.OrderBy(c => c.DueAt)));
        for (var n = before + 1; allotment.GiveFirst(n % ByAgeEach == 0 ? old : urgent, gates); n++)
        {
        }

        var jobs = await session.ReadAsync(JobStatements.Lock, [.. allotment.Given.Keys.Order()], JobStatements.Read, [], stop);
        var given = wishes.Select(_ => new List<Job>()).ToList();
        foreach (var job in jobs.OrderBy(j => j.Priority).ThenBy(j => j.DueAt))
        {
            var index = allotment.Given[job.Id];
            JobTransitions.Start(log, job, wishes[index].Worker, wishes[index].Lease, gates.IsLimited(JobQueue.Of(job)));
            given[index].Add(job);
        }
        return new(given, jobs.Count == most);
    }

    private static async Task<IReadOnlyList<Id<Tenant>>> TenantsAsync(SqlSession session, IReadOnlyList<ClaimWish> wishes, CancellationToken stop) =>
        wishes.Any(w => w.Tenant is null) ? await session.ReadAsync(ClaimStatements.Tenants, row => row.Id<Tenant>(), [], stop) : [];

    private static IEnumerable<ClaimLane> LanesOf(JobQueue queue, int max) =>
        max == 0 ? [] : Enumerable.Range(0, Priorities).Select(priority => new ClaimLane(queue, priority, max));
}
