using Storage.Jobs;
using Storage.Sql;

namespace Storage.Deliveries;

/// <summary>Wakes receivers whose wake was lost between a commit and its wake. It looks only at deliveries since the last sweep, less a minute.</summary>
internal sealed class Sweep(Database database, TimeProvider clock, Bells bells)
{
    private const int Most = 1000;
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    private static readonly PlainStatement Forgotten = new(
        """
        SELECT {top:@max} d.CallbackId FROM Deliveries AS d
        WHERE d.Status = 0 AND d.Id >= @since AND d.DueAt <= @now AND NOT EXISTS (
            SELECT 1 FROM Receivers AS x WHERE x.Id = d.ReceiverId
                AND (x.Poked = 1 OR x.HeldUntil > @now OR (x.LeasedUntil <= @now AND x.DueAt <= @now)))
        ORDER BY d.Id {limit:@max}
        """);

    private static readonly Statement<Id<Callback>> ReadCallbacks = new(
        "SELECT c.Id, c.TenantId, c.JobId, c.Url, c.ReceiverId, c.Events, c.Private, c.Status, c.Reason, c.CreatedAt FROM {rows} r, Callbacks AS c WHERE c.Id = r.Id",
        Col.Id<Id<Callback>, Callback>("Id", id => id));

    /// <summary>Looks at deliveries made since <paramref name="last"/>; answers how many callbacks' receivers it woke.</summary>
    public async Task<int> RunOnceAsync(DateTimeOffset last, CancellationToken stop)
    {
        var since = Id<Delivery>.Earliest(last - Overlap).Value;
        var (found, woken) = await WakeAsync(since, stop);
        var all = woken;
        while (found == Most && woken > 0) // what was woken is not forgotten any more, so the next page is another
        {
            (found, woken) = await WakeAsync(since, stop);
            all += woken;
        }
        if (all > 0)
            bells.Deliveries.Ring();
        return all;
    }

    private Task<(int Found, int Woken)> WakeAsync(Guid since, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            async session =>
            {
                var forgotten = await session.ReadAsync(
                    Forgotten, row => row.Id<Callback>(), [("max", Most), ("since", since), ("now", now)], stop);
                var callbacks = await session.ReadAsync(
                    ReadCallbacks, [.. forgotten.Distinct()], DeliveryStatements.ReadCallback, [], stop);
                var wakes = new Wakes();
                callbacks.ForEach(wakes.Add);
                wakes.Write(session, now);
                return (forgotten.Count, callbacks.Count);
            },
            stop);
    }
}
