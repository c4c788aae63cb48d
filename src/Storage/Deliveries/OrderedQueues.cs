using Storage.Jobs;
using Storage.Sql;

namespace Storage.Deliveries;

/// <summary>
/// The queue of an ordered callback: only its head has a due time, what comes behind waits at <see cref="LeasedReceiver.Never"/>. Whoever adds
/// to the tail and whoever settles the head hold the callback's row meanwhile, so neither misses the other.
/// </summary>
internal static class OrderedQueues
{
    /// <summary>Locks callbacks' rows until the commit; before any delivery's row, and in the order of ids.</summary>
    private static readonly Statement<Id<Callback>> Hold = new(
        "UPDATE Callbacks SET Status = Callbacks.Status FROM {rows} r WHERE Callbacks.Id = r.Id", Col.Id<Id<Callback>, Callback>("Id", id => id));

    /// <summary>Callbacks with something before what comes next.</summary>
    private static readonly Statement<Id<Callback>> Waiting = new(
        """
        SELECT c.Id FROM {rows} r, Callbacks AS c WHERE c.Id = r.Id AND (
            EXISTS (SELECT 1 FROM Deliveries AS d WHERE d.CallbackId = c.Id AND d.Ordering > 0 AND d.Status = 0)
            OR EXISTS (SELECT 1 FROM Deliveries AS b WHERE b.CallbackId = c.Id AND b.Ordering > 0 AND b.Status = 2 AND b.Ordering = 1))
        """,
        Col.Id<Id<Callback>, Callback>("Id", id => id));

    /// <summary>
    /// The first that is owed gets its due time, unless a parked one before it blocks, in the queue where the one before it was: the job may
    /// have a new lane since.
    /// </summary>
    private static readonly Statement<(Id<Callback> Callback, Id<Receiver> Receiver)> Move = new(
        """
        UPDATE Deliveries SET DueAt = @now, ReceiverId = r.ReceiverId
        FROM {rows} r WHERE Deliveries.CallbackId = r.CallbackId AND Deliveries.Ordering > 0 AND Deliveries.Status = 0
            AND Deliveries.Seq = (
                SELECT MIN(d.Seq) FROM Deliveries AS d WHERE d.CallbackId = r.CallbackId AND d.Ordering > 0 AND d.Status = 0)
            AND Deliveries.DueAt = @never
            AND NOT EXISTS (
                SELECT 1 FROM Deliveries AS b WHERE b.CallbackId = r.CallbackId AND b.Ordering > 0 AND b.Status = 2 AND b.Ordering = 1
                    AND b.Seq < Deliveries.Seq)
        """,
        Col.Id<(Id<Callback> Callback, Id<Receiver> Receiver), Callback>("CallbackId", x => x.Callback),
        Col.Id<(Id<Callback> Callback, Id<Receiver> Receiver), Receiver>("ReceiverId", x => x.Receiver));

    /// <summary>Before deliveries of ordered callbacks are written.</summary>
    public static void Lock(SqlSession session, IEnumerable<Id<Callback>> callbacks) => session.Write(Hold, [.. callbacks.Distinct().Order()]);

    /// <summary>Locks the callbacks and answers those whose next event has to wait.</summary>
    public static async Task<HashSet<Id<Callback>>> LockTailsAsync(SqlSession session, IReadOnlyList<Id<Callback>> callbacks, CancellationToken stop)
    {
        Lock(session, callbacks);
        return [.. await session.ReadAsync(Waiting, callbacks, row => row.Id<Callback>(), [], stop)];
    }

    /// <summary>After deliveries were settled, replayed or canceled: whose turn it is now.</summary>
    public static void Advance(SqlSession session, IEnumerable<(Id<Callback> Callback, Id<Receiver> Receiver)> settled, DateTimeOffset now) =>
        session.Write(
            Move, [.. settled.DistinctBy(s => s.Callback).OrderBy(s => s.Callback)], ("now", now), ("never", LeasedReceiver.Never));
}
