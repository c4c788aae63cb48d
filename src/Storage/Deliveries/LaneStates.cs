using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>What one lane knows of its origin, as far as it concerns the other lanes.</summary>
internal sealed record LaneState(
    Id<Receiver> Id, ReceiverHealth Health, DateTimeOffset HeldUntil, DateTimeOffset GoneUntil, DateTimeOffset? DisabledAt)
{
    public static LaneState Of(LeasedReceiver row) => new(row.Id, row.Health, row.HeldUntil, row.GoneUntil, row.DisabledAt);

    public static LaneState Of(Receiver row) => new(
        row.Id, new(row.Failures, row.Openings, row.FailedCallbackId, row.FailingSince, row.SucceededAt), row.HeldUntil, row.GoneUntil, row.DisabledAt);
}

/// <summary>
/// Reads and writes what the lanes of an origin know, whoever owns them: an owner reads its rows anew in each turn. No fence is touched, so
/// nobody loses a lease by it.
/// </summary>
internal static class LaneStates
{
    private const string Columns = "j.Id, j.Failures, j.Openings, j.FailedCallbackId, j.FailingSince, j.SucceededAt, j.HeldUntil, j.GoneUntil, j.DisabledAt";

    private static readonly Statement<Id<Receiver>> ReadRows = new(
        $"SELECT {Columns} FROM {{rows}} r, Receivers AS j WHERE j.Id = r.Id", Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    private static readonly Statement<Id<Receiver>> LockRows = new(
        $$"""SELECT {{Columns}} FROM {rows} r, Receivers AS j {lock} WHERE j.Id = r.Id ORDER BY j.Id {for update of j}""",
        Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    /// <summary>What is owed to a lane that nobody owns is looked at again as soon as it may be sent to.</summary>
    private static readonly Statement<LaneState> Update = new(
        """
        UPDATE Receivers SET HeldUntil = r.HeldUntil, GoneUntil = r.GoneUntil, DisabledAt = r.DisabledAt, Failures = r.Failures, Openings = r.Openings,
            FailedCallbackId = r.FailedCallbackId, FailingSince = r.FailingSince, DueAt = CASE
                WHEN Receivers.LeasedUntil > @now OR Receivers.PausedAt IS NOT NULL OR Receivers.DueAt >= @never THEN Receivers.DueAt
                WHEN r.HeldUntil > @now THEN r.HeldUntil
                ELSE @now END
        FROM {rows} r WHERE Receivers.Id = r.Id
        """,
        Col.Id<LaneState, Receiver>("Id", s => s.Id), Col.Time<LaneState>("HeldUntil", s => s.HeldUntil),
        Col.Time<LaneState>("GoneUntil", s => s.GoneUntil), Col.Time<LaneState>("DisabledAt", s => s.DisabledAt),
        Col.Int<LaneState>("Failures", s => s.Health.Failures), Col.Int<LaneState>("Openings", s => s.Health.Openings),
        Col.Id<LaneState, Callback>("FailedCallbackId", s => s.Health.FailedCallback), Col.Time<LaneState>("FailingSince", s => s.Health.FailingSince));

    public static Task<List<LaneState>> ReadAsync(SqlSession session, Id<Tenant> tenant, string origin, CancellationToken stop) =>
        session.ReadAsync(ReadRows, [.. Receiver.LanesOf(tenant, origin)], Read, [], stop);

    /// <summary>Locks the rows of all lanes, in the order in which everybody locks receivers.</summary>
    public static Task<List<LaneState>> LockAsync(SqlSession session, Id<Tenant> tenant, string origin, CancellationToken stop) =>
        session.ReadAsync(LockRows, [.. Receiver.LanesOf(tenant, origin).Order()], Read, [], stop);

    public static void Write(SqlSession session, IReadOnlyList<LaneState> lanes, DateTimeOffset now) =>
        session.Write(Update, [.. lanes.OrderBy(lane => lane.Id)], ("now", now), ("never", LeasedReceiver.Never));

    private static LaneState Read(Row row) => new(
        row.Id<Receiver>(), new(row.Int(), row.Int(), row.MaybeId<Callback>(), row.MaybeTime(), row.MaybeTime()), row.Time(), row.Time(), row.MaybeTime());
}
