using Storage.Deliveries;
using Storage.Jobs;
using Storage.Sql;

namespace Storage.Replays;

/// <summary>
/// Makes deliveries due in their next round, ordered ones when their turn comes: same id, same bytes, fresh schedule. The rows of their receivers
/// and callbacks are locked first, in the order in which a turn locks them, so no engine settles them meanwhile, no callback goes, and no wake is
/// lost however the process ends. Deliveries of a paused receiver become due too, and wait until it may be sent to.
/// </summary>
internal static class NextRound
{
    private static readonly Statement<Id<Callback>> LockCallbacks = new(
        "SELECT j.Id, j.Status FROM {rows} r, Callbacks AS j {lock} WHERE j.Id = r.Id ORDER BY j.Id {for update of j}",
        Col.Id<Id<Callback>, Callback>("Id", id => id));

    private static readonly Statement<Id<Receiver>> Disabled = new(
        "SELECT x.Id FROM {rows} r, Receivers AS x WHERE x.Id = r.Id AND x.DisabledAt IS NOT NULL", Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    private static readonly Statement<Candidate> ReadStates = new(
        "SELECT d.Id, d.Status FROM {rows} r, Deliveries AS d WHERE d.Id = r.Id", Col.Id<Candidate, Delivery>("Id", c => c.Id));

    private static readonly Statement<Candidate> Begin = new(
        """
        UPDATE Deliveries SET Status = 0, Reason = NULL, Round = Deliveries.Round + 1, RoundAt = @now, Failures = 0, Retry = 0,
            DueAt = CASE WHEN Deliveries.Ordering > 0 THEN @never ELSE @now END
        FROM {rows} r WHERE Deliveries.Id = r.Id
        """,
        Col.Id<Candidate, Delivery>("Id", c => c.Id));

    /// <summary>
    /// Begins the next round of those whose callbacks are not deleted; answers how many they were. Where a state is given, those in another one are
    /// left alone, and those of a disabled receiver too: it would only park them again. A disabled callback is enabled again, and its URL is no longer remembered as gone.
    /// </summary>
    public static async Task<int> BeginAsync(
        SqlSession session, IReadOnlyList<Candidate> page, DeliveryStatus? only, DateTimeOffset now, CancellationToken stop)
    {
        var callbacks = (await session.ReadAsync(
            DeliveryStatements.ReadCallbacksById, [.. page.Select(c => c.CallbackId).Distinct().Order()], DeliveryStatements.ReadCallback, [], stop)).ToDictionary(c => c.Id);
        var wakes = new Wakes();
        foreach (var candidate in page)
            if (callbacks.TryGetValue(candidate.CallbackId, out var callback) && callback.Status != CallbackStatus.Deleted)
                wakes.Add(LaneOf(candidate, callback), callback);
        wakes.Rouse(session, now);

        var disabled = only is null ? [] : (await session.ReadAsync(Disabled, [.. wakes.Receivers], row => row.Id<Receiver>(), [], stop)).ToHashSet();
        var states = (await session.ReadAsync(
            LockCallbacks, [.. callbacks.Keys.Order()], row => (Id: row.Id<Callback>(), Status: (CallbackStatus)row.Int()), [], stop))
            .ToDictionary(c => c.Id, c => c.Status);
        var deliveries = (await session.ReadAsync(ReadStates, page, row => (Id: row.Id<Delivery>(), Status: (DeliveryStatus)row.Int()), [], stop))
            .ToDictionary(d => d.Id, d => d.Status);
        List<Candidate> due = [.. page.Where(IsDue)];
        List<Callback> told = [.. due.Select(c => callbacks[c.CallbackId]).DistinctBy(c => c.Id)];
        session.Write(DeliveryStatements.EnableCallbacks, [.. told.Where(c => states[c.Id] == CallbackStatus.Disabled)]);
        session.Write(DeliveryStatements.ForgetGone, [.. told.DistinctBy(c => (c.ReceiverId, c.Url))]);
        session.Write(Begin, due, ("now", now), ("never", LeasedReceiver.Never));
        OrderedQueues.Advance(
            session, due.FindAll(c => callbacks[c.CallbackId].Ordering != Ordering.None).Select(c => (c.CallbackId, c.ReceiverId)), now);
        return due.Count;

        bool IsDue(Candidate candidate) =>
            states.TryGetValue(candidate.CallbackId, out var callback) && callback != CallbackStatus.Deleted
            && deliveries.TryGetValue(candidate.Id, out var status) && (only is null || status == only)
            && !disabled.Contains(candidate.ReceiverId);
    }

    /// <summary>The lane that it is in; a callback that has moved has its deliveries where it is now.</summary>
    private static Id<Receiver> LaneOf(Candidate candidate, Callback callback) =>
        Receiver.LaneOf(candidate.ReceiverId, callback.TenantId, Origin.Of(callback.Url)) < Receiver.MostLanes
            ? candidate.ReceiverId
            : callback.ReceiverId;
}
