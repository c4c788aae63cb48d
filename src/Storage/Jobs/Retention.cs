using Microsoft.Extensions.Options;
using Storage.Chores;
using Storage.Deliveries;
using Storage.Results;
using Storage.Sql;

namespace Storage.Jobs;

/// <summary>
/// Removes jobs with all that belongs to them once their time is over: never while a delivery is due, now or later, and parked deliveries
/// keep them for a while more, as do those that wait behind one.
/// </summary>
internal sealed class Retention(Database database, IResultStore results, IOptions<RetentionOptions> options, TimeProvider clock)
{
    /// <summary>How many events one transaction removes at the most, unless one job has more.</summary>
    private const int MostEvents = 5_000;

    private static readonly PlainStatement Expired = new(
        """
        SELECT {top:@max} j.Id, j.ExpiresAt, j.Version, CASE WHEN EXISTS (
                SELECT 1 FROM Deliveries AS d WHERE d.JobId = j.Id
                    AND (d.Status = 0 AND d.DueAt < @never OR d.Status IN (0, 2) AND j.ExpiresAt > @parked)) THEN 1 ELSE 0 END AS IsKept
        FROM Jobs AS j
        WHERE j.ExpiresAt IS NOT NULL AND j.ExpiresAt <= @now AND j.ExpiresAt >= @reached AND (j.ExpiresAt > @reached OR j.Id > @behind)
        ORDER BY j.ExpiresAt, j.Id {limit:@max}
        """);

    private static readonly Statement<Id<Job>> Take = Of("SELECT j.Id, j.Upload FROM {rows} r, Jobs AS j {claim} WHERE j.Id = r.Id ORDER BY j.Id {for claim}");

    /// <summary>Callbacks before deliveries, as everywhere.</summary>
    private static readonly Statement<Id<Job>> LockCallbacks = Of(
        "SELECT j.Id FROM {rows} r, Callbacks AS j {lock} WHERE j.JobId = r.Id ORDER BY j.Id {for update of j}");

    /// <summary>A replay may have made one due since the job was looked at; from now on it waits.</summary>
    private static readonly Statement<Id<Job>> LockDeliveries = Of(
        "SELECT j.Id, j.JobId, j.Status, j.DueAt FROM {rows} r, Deliveries AS j {lock} WHERE j.JobId = r.Id ORDER BY j.Id {for update of j}");

    private static readonly Statement<Id<Job>>[] Deletes = [DeleteFrom("Callbacks", "JobId"), DeleteFrom("JobEvents", "JobId"), DeleteFrom("Jobs", "Id")];

    private readonly Walk<Place> _walk = new();

    /// <summary>
    /// Removes what has expired since the last run and before, in small transactions; answers how many jobs it removed. Uploaded bytes go
    /// after the commit: what a crash in between leaves, the sweep of results finds.
    /// </summary>
    public Task<int> RunAsync(DateTimeOffset last, int pageSize, CancellationToken stop) =>
        _walk.RunAsync(new(last, default), pageSize, from => LookAsync(from, pageSize, stop));

    private async Task<Page<Place>> LookAsync(Place from, int max, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var found = await database.ReadAsync(
            session => session.ReadAsync(
                Expired, row => new Found(row.Id<Job>(), row.Time(), row.Int(), row.Int() == 1),
                [
                    ("max", max), ("now", now), ("reached", from.ExpiresAt), ("behind", from.Job.Value), ("never", LeasedReceiver.Never),
                    ("parked", now - options.Value.Parked),
                ],
                stop),
            stop);
        var removed = 0;
        foreach (var batch in InBatches(found.Where(job => !job.IsKept)))
            removed += await RemoveAsync(batch, stop);
        return new(found.Count, removed, found.Count == 0 ? from : new(found[^1].ExpiresAt, found[^1].Id));
    }

    private async Task<int> RemoveAsync(List<Id<Job>> jobs, CancellationToken stop)
    {
        var removed = await database.WriteAsync(
            async session =>
            {
                var taken = await session.ReadAsync(Take, jobs, row => (Id: row.Id<Job>(), Upload: UploadedResult.FromColumn(row.MaybeText())), [], stop);
                var ids = taken.ConvertAll(job => job.Id);
                await session.ReadAsync(LockCallbacks, ids, row => row.Id<Callback>(), [], stop);
                var deliveries = await session.ReadAsync(LockDeliveries, ids, ReadDelivery, [], stop);
                var owing = deliveries.Where(d => d.IsOwed).Select(d => d.Job).ToHashSet();
                taken.RemoveAll(job => owing.Contains(job.Id));
                ids.RemoveAll(owing.Contains);
                DeliveryRemovals.Remove(session, [.. deliveries.Where(d => !owing.Contains(d.Job)).Select(d => d.Id)]);
                foreach (var delete in Deletes)
                    session.Write(delete, ids);
                return taken;
            },
            stop);
        foreach (var (_, upload) in removed)
            if (upload is not null)
                results.Delete(upload.Name);
        return removed.Count;
    }

    private static (Id<Delivery> Id, Id<Job> Job, bool IsOwed) ReadDelivery(Row row)
    {
        var (id, job, status, due) = (row.Id<Delivery>(), row.Id<Job>(), (DeliveryStatus)row.Int(), row.Time());
        return (id, job, status == DeliveryStatus.Pending && due < LeasedReceiver.Never);
    }

    private static IEnumerable<List<Id<Job>>> InBatches(IEnumerable<Found> jobs)
    {
        var (batch, events) = (new List<Id<Job>>(), 0L);
        foreach (var job in jobs)
        {
            if (batch.Count > 0 && events + job.Events > MostEvents)
            {
                yield return batch;
                (batch, events) = ([], 0);
            }
            batch.Add(job.Id);
            events += job.Events;
        }
        if (batch.Count > 0)
            yield return batch;
    }

    private static Statement<Id<Job>> DeleteFrom(string table, string key) =>
        Of($"DELETE FROM {table} WHERE {table}.{key} IN (SELECT r.Id FROM {{rows}} r)");

    private static Statement<Id<Job>> Of(string sql) => new(sql, Col.Id<Id<Job>, Job>("Id", id => id));

    private readonly record struct Place(DateTimeOffset ExpiresAt, Id<Job> Job);

    private sealed record Found(Id<Job> Id, DateTimeOffset ExpiresAt, int Events, bool IsKept);
}
