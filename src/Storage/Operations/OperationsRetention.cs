using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Sql;

namespace Storage.Operations;

/// <summary>Removes operations events <see cref="KeptFor"/> after they happened, with their deliveries and attempts; never while one is pending.</summary>
internal sealed class OperationsRetention(Database database, TimeProvider clock)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Only the oldest of each log are looked at: the rest is younger.</summary>
    private static readonly Statement<Id<Job>> Expired = new(
        """
        SELECT e.JobId, e.Seq FROM {rows} r, JobEvents AS e
        WHERE e.JobId = r.LogId AND e.Seq < @max + (SELECT MIN(f.Seq) FROM JobEvents AS f WHERE f.JobId = r.LogId) AND e.CreatedAt <= @before
            AND NOT EXISTS (SELECT 1 FROM Deliveries AS d WHERE d.JobId = e.JobId AND d.Seq = e.Seq AND d.Status = 0)
        """,
        Col.Id<Id<Job>, Job>("LogId", id => id));

    private static readonly Statement<(Id<Job> LogId, int Seq)>[] Deletes =
    [
        Of("DELETE FROM Attempts WHERE Attempts.DeliveryId IN (SELECT d.Id FROM {rows} r, Deliveries AS d WHERE d.JobId = r.LogId AND d.Seq = r.Seq)"),
        Of("DELETE FROM Deliveries WHERE Deliveries.Id IN (SELECT d.Id FROM {rows} r, Deliveries AS d WHERE d.JobId = r.LogId AND d.Seq = r.Seq)"),
        Of(
            """
            DELETE FROM JobEvents WHERE JobEvents.JobId IN (SELECT r.LogId FROM {rows} r)
                AND EXISTS (SELECT 1 FROM {rows} r WHERE r.LogId = JobEvents.JobId AND r.Seq = JobEvents.Seq)
            """),
    ];

    /// <summary>Removes what is expired, at most <paramref name="max"/> events of a log in one transaction; answers how many events it removed.</summary>
    public async Task<int> RunOnceAsync(int max, CancellationToken stop)
    {
        var removed = 0;
        foreach (var log in await LogsAsync(stop))
            for (var last = max; last == max; removed += last)
                last = await RemoveAsync(log, max, stop);
        return removed;
    }

    private async Task<List<Id<Job>>> LogsAsync(CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.OperationsSequences.Select(s => s.LogId).ToListAsync(stop);
    }

    private Task<int> RemoveAsync(Id<Job> log, int max, CancellationToken stop)
    {
        var before = clock.GetUtcNow() - KeptFor;
        return database.WriteAsync(
            async session =>
            {
                var expired = await session.ReadAsync(Expired, [log], row => (row.Id<Job>(), row.Int()), [("max", max), ("before", before)], stop);
                foreach (var delete in Deletes)
                    session.Write(delete, expired);
                return expired.Count;
            },
            stop);
    }

    private static Statement<(Id<Job> LogId, int Seq)> Of(string sql) => new(
        sql, Col.Id<(Id<Job> LogId, int Seq), Job>("LogId", x => x.LogId), Col.Int<(Id<Job> LogId, int Seq)>("Seq", x => x.Seq));
}
