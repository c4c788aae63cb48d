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
        SELECT {top:@max} d.CallbackId, d.ReceiverId FROM Deliveries AS d
        WHERE d.Status = 0 AND d.Id >= @since AND d.DueAt <= @now AND NOT EXISTS (
            SELECT 1 FROM Receivers AS x WHERE x.Id = d.ReceiverId
                AND (x.Poked = 1 OR x.HeldUntil > @now OR x.PausedAt IS NOT NULL OR (x.LeasedUntil <= @now AND x.DueAt <= @now)))
        ORDER BY d.Id {limit:@max}
        """);

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
                    Forgotten, row => (Callback: row.Id<Callback>(), Receiver: row.Id<Receiver>()), [("max", Most), ("since", since), ("now", now)], stop);
                var callbacks = await session.ReadAsync(
                    DeliveryStatements.ReadCallbacksById, [.. forgotten.Select(f => f.Callback).Distinct()], DeliveryStatements.ReadCallback, [], stop);
                var known = callbacks.ToDictionary(c => c.Id);
                var wakes = new Wakes();
                foreach (var (callback, receiver) in forgotten)
                    if (known.TryGetValue(callback, out var found))
                        wakes.Add(receiver, found);
                wakes.Write(session, now);
                return (forgotten.Count, callbacks.Count);
            },
            stop);
    }
}
