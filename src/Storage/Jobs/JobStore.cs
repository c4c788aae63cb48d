using Microsoft.EntityFrameworkCore;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Jobs;

/// <summary>What <c>GET /jobs</c> filters by. Newest first; <see cref="Before"/> is the last id of the page before.</summary>
internal sealed record JobFilter(
    JobStatus? Status, string? Type, DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore, Id<Job>? Before, int Limit);

/// <summary>Finds jobs, and ends those that nobody else will.</summary>
internal sealed class JobStore(Database database, JobCommits commits)
{
    public async Task<Job?> FindAsync(Id<Tenant> tenant, Id<Job> id, CancellationToken stop)
    {
        var found = await database.ReadAsync(s => s.ReadAsync(JobStatements.Find, JobStatements.Read, [("id", id.Value)], stop), stop);
        return found.Count == 1 && found[0].TenantId == tenant ? found[0] : null;
    }

    /// <summary>How far a job is, without what it carries.</summary>
    public async Task<JobHead?> HeadAsync(Id<Tenant> tenant, Id<Job> id, CancellationToken stop)
    {
        var found = await database.ReadAsync(
            s => s.ReadAsync(
                JobStatements.Head, row => (Tenant: row.Id<Tenant>(), Head: new JobHead(row.Int(), ((JobStatus)row.Int()).IsTerminal())), [("id", id.Value)], stop),
            stop);
        return found.Count == 1 && found[0].Tenant == tenant ? found[0].Head : null;
    }

    /// <summary>The jobs that a filter lets through, without their inputs.</summary>
    public async Task<List<Job>> ListAsync(Id<Tenant> tenant, JobFilter filter, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        var jobs = db.Jobs.AsNoTracking().Where(j => j.TenantId == tenant);
        if (filter.Status is { } status)
            jobs = jobs.Where(j => j.Status == status);
        if (filter.Type is { } type)
            jobs = jobs.Where(j => j.Type == type);
        if (filter.CreatedAfter is { } after)
            jobs = jobs.Where(j => j.CreatedAt > after);
        if (filter.CreatedBefore is { } before)
            jobs = jobs.Where(j => j.CreatedAt < before);
        if (filter.Before is { } cursor)
            jobs = jobs.Where(j => j.Id.CompareTo(cursor) < 0);
        var page = await jobs.OrderByDescending(j => j.Id).Take(filter.Limit).Select(j => j.Id).ToListAsync(stop);
        var shown = await database.ReadAsync(s => s.ReadAsync(JobStatements.Show, page, JobStatements.Read, [], stop), stop);
        return [.. shown.OrderByDescending(j => j.Id)];
    }

    /// <summary>How many jobs of a tenant are pending: counted up to a number, since more makes no difference.</summary>
    public async Task<int> CountPendingAsync(Id<Tenant> tenant, int upTo, CancellationToken stop) =>
        (await database.ReadAsync(
            s => s.ReadAsync(JobStatements.CountPending, row => (int)row.Long(), [("tenant", tenant.Value), ("max", upTo)], stop), stop))[0];

    /// <summary>Whether there is a job that this one's idempotency key stands for.</summary>
    public async Task<bool> KnowsKeyAsync(Job job, CancellationToken stop) =>
        job.IdempotencyHash is not null
        && (await database.ReadAsync(s => s.ReadAsync(JobStatements.FindByKey, [job], row => row.Id<Job>(), [], stop), stop)).Count > 0;

    /// <summary>Events after a number, oldest first.</summary>
    public Task<List<LoggedEvent>> EventsAsync(Id<Job> id, int after, int limit, CancellationToken stop) =>
        database.ReadAsync(
            s => s.ReadAsync(
                JobStatements.ReadEvents, row => new LoggedEvent(row.Int(), (JobEventType)row.Int(), row.Bytes()),
                [("id", id.Value), ("after", after), ("max", limit)], stop),
            stop);

    public async Task<List<Callback>> CallbacksAsync(Id<Job> id, CancellationToken stop) =>
        await database.ReadAsync(
            s => s.ReadAsync(Deliveries.DeliveryStatements.ReadCallbacks, [id], Deliveries.DeliveryStatements.ReadCallback, [], stop), stop);

    /// <summary>Ends or re-queues what nobody will: lapsed leases, used-up time, missed deadlines. Answers how many jobs it moved.</summary>
    public Task<int> TidyAsync(RetryWaits waits, int max, CancellationToken stop) =>
        commits.CommitAsync(
            async (session, log) =>
            {
                Parameter[] bounds = [("max", max), ("now", log.Now)];
                var lapsed = await session.ReadAsync(JobStatements.Lapsed, JobStatements.Read, bounds, stop);
                var overdue = await session.ReadAsync(JobStatements.Overdue, JobStatements.Read, bounds, stop);
                lapsed.ForEach(job => JobTransitions.Lapse(log, job, waits));
                overdue.ForEach(job => JobTransitions.MissDeadline(log, job));
                return lapsed.Count + overdue.Count;
            },
            stop);
}
