using Storage.Deliveries;
using Storage.Results;
using Storage.Sql;

namespace Storage.Jobs;

/// <summary>
/// Removes jobs with all that belongs to them once their time is over: never while a delivery is due, now or later, and parked deliveries
/// keep them for <see cref="ParkedFor"/> more, as do those that wait behind one.
/// </summary>
internal sealed class Retention(Database database, IResultStore results, TimeProvider clock)
{
    public static readonly TimeSpan ParkedFor = TimeSpan.FromDays(30);

    private static readonly PlainStatement Expired = new(
        """
        SELECT {top:@max} j.Id, j.Upload FROM Jobs AS j {claim}
        WHERE j.ExpiresAt IS NOT NULL AND j.ExpiresAt <= @now
            AND NOT EXISTS (SELECT 1 FROM Deliveries AS d WHERE d.JobId = j.Id
                AND (d.Status = 0 AND d.DueAt < @never OR d.Status IN (0, 2) AND j.ExpiresAt > @parked))
        ORDER BY j.ExpiresAt {limit:@max} {for claim}
        """);

    private static readonly Statement<Id<Job>> DeleteAttempts = Of(
        "DELETE FROM Attempts WHERE Attempts.DeliveryId IN (SELECT d.Id FROM {rows} r, Deliveries AS d WHERE d.JobId = r.Id)");

    private static readonly Statement<Id<Job>>[] Deletes =
    [
        DeleteAttempts, DeleteFrom("Deliveries", "JobId"), DeleteFrom("Callbacks", "JobId"), DeleteFrom("JobEvents", "JobId"), DeleteFrom("Jobs", "Id"),
    ];

    /// <summary>
    /// Removes one batch; answers how many jobs it removed, so that a caller goes on until there are fewer than it asked for. Uploaded bytes go
    /// after the commit: what a crash in between leaves, the sweep of results finds.
    /// </summary>
    public async Task<int> RunOnceAsync(int max, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var removed = await database.WriteAsync(
            async session =>
            {
                var expired = await session.ReadAsync(
                    Expired, row => (Id: row.Id<Job>(), Upload: UploadedResult.FromColumn(row.MaybeText())),
                    [("max", max), ("now", now), ("parked", now - ParkedFor), ("never", LeasedReceiver.Never)], stop);
                foreach (var delete in Deletes)
                    session.Write(delete, expired.ConvertAll(job => job.Id));
                return expired;
            },
            stop);
        foreach (var (_, upload) in removed)
            if (upload is not null)
                results.Delete(upload.Name);
        return removed.Count;
    }

    private static Statement<Id<Job>> DeleteFrom(string table, string key) =>
        Of($"DELETE FROM {table} WHERE {table}.{key} IN (SELECT r.Id FROM {{rows}} r)");

    private static Statement<Id<Job>> Of(string sql) => new(sql, Col.Id<Id<Job>, Job>("Id", id => id));
}
