using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>The SQL that callbacks and deliveries are written with, next to the job's events.</summary>
internal static class DeliveryStatements
{
    public static readonly Statement<Callback> InsertCallbacks = new(
        """
        INSERT INTO Callbacks (Id, TenantId, JobId, Url, ReceiverId, Events, Private, Ordering, Schedule, Status, Reason, CreatedAt)
        SELECT r.Id, r.TenantId, r.JobId, r.Url, r.ReceiverId, r.Events, r.Private, r.Ordering, r.Schedule, 0, NULL, r.CreatedAt FROM {rows} r
        """,
        Col.Id<Callback, Callback>("Id", c => c.Id), Col.Id<Callback, Tenant>("TenantId", c => c.TenantId),
        Col.Id<Callback, Job>("JobId", c => c.JobId), Col.Text<Callback>("Url", c => c.Url),
        Col.Id<Callback, Receiver>("ReceiverId", c => c.ReceiverId), Col.Int<Callback>("Events", c => (int)c.Events),
        Col.Bytes<Callback>("Private", c => c.Private), Col.Int<Callback>("Ordering", c => (int)c.Ordering),
        Col.Text<Callback>("Schedule", c => c.Schedule), Col.Time<Callback>("CreatedAt", c => c.CreatedAt));

    public static readonly Statement<Id<Job>> ReadCallbacks = new(
        $"SELECT {CallbackColumns} FROM {{rows}} r, Callbacks AS c WHERE c.JobId = r.JobId AND c.Status <> 2",
        Col.Id<Id<Job>, Job>("JobId", id => id));

    /// <summary>The active ones, each with the number of lanes of its receiver.</summary>
    public static readonly Statement<Id<Job>> ReadListeners = new(
        $$"""
        SELECT {{CallbackColumns}}, (SELECT x.Lanes FROM Receivers AS x WHERE x.Id = c.ReceiverId) AS Lanes
        FROM {rows} r, Callbacks AS c WHERE c.JobId = r.JobId AND c.Status = 0
        """,
        Col.Id<Id<Job>, Job>("JobId", id => id));

    public static readonly Statement<Id<Callback>> ReadCallbacksById = new(
        $"SELECT {CallbackColumns} FROM {{rows}} r, Callbacks AS c WHERE c.Id = r.Id",
        Col.Id<Id<Callback>, Callback>("Id", id => id));

    public static readonly Statement<Callback> AreRemoved = new(
        "SELECT c.Id FROM {rows} r, Callbacks AS c WHERE c.Id = r.Id AND c.Status = 2", Col.Id<Callback, Callback>("Id", c => c.Id));

    public static readonly Statement<Callback> UpdateCallbacks = new(
        "UPDATE Callbacks SET Status = r.Status, Reason = r.Reason FROM {rows} r WHERE Callbacks.Id = r.Id",
        Col.Id<Callback, Callback>("Id", c => c.Id), Col.Int<Callback>("Status", c => (int)c.Status), Col.Text<Callback>("Reason", c => c.Reason));

    public static readonly Statement<Delivery> InsertDeliveries = new(
        """
        INSERT INTO Deliveries (Id, TenantId, JobId, Seq, EventType, CallbackId, ReceiverId, Status, Reason, Round, RoundAt, Attempts, Failures,
            Retry, Ordering, DueAt, DeliveredAt, CreatedAt, BodyBytes)
        SELECT r.Id, r.TenantId, r.JobId, r.Seq, r.EventType, r.CallbackId, r.ReceiverId, 0, NULL, 1, r.RoundAt, 0, 0, 0, r.Ordering, r.DueAt, NULL,
            r.CreatedAt, r.BodyBytes
        FROM {rows} r
        """,
        Col.Id<Delivery, Delivery>("Id", d => d.Id), Col.Id<Delivery, Tenant>("TenantId", d => d.TenantId),
        Col.Id<Delivery, Job>("JobId", d => d.JobId), Col.Int<Delivery>("Seq", d => d.Seq), Col.Int<Delivery>("EventType", d => (int)d.EventType),
        Col.Id<Delivery, Callback>("CallbackId", d => d.CallbackId), Col.Id<Delivery, Receiver>("ReceiverId", d => d.ReceiverId),
        Col.Time<Delivery>("RoundAt", d => d.RoundAt), Col.Int<Delivery>("Ordering", d => (int)d.Ordering),
        Col.Time<Delivery>("DueAt", d => d.DueAt),
        Col.Time<Delivery>("CreatedAt", d => d.CreatedAt), Col.Int<Delivery>("BodyBytes", d => d.BodyBytes));

    /// <summary>Ends what is still owed to callbacks that want nothing more.</summary>
    public static readonly Statement<Callback> CancelPending = new(
        """
        UPDATE Deliveries SET Status = 3, Reason = r.Reason
        FROM {rows} r WHERE Deliveries.JobId = r.JobId AND Deliveries.CallbackId = r.Id AND Deliveries.Status = 0
        """,
        Col.Id<Callback, Job>("JobId", c => c.JobId), Col.Id<Callback, Callback>("Id", c => c.Id), Col.Text<Callback>("Reason", c => c.Reason));

    /// <summary>A replayed callback gets its events again, if nobody but its receiver ended it.</summary>
    public static readonly Statement<Callback> EnableCallbacks = new(
        "UPDATE Callbacks SET Status = 0, Reason = NULL FROM {rows} r WHERE Callbacks.Id = r.Id AND Callbacks.Status = 1",
        Col.Id<Callback, Callback>("Id", c => c.Id));

    public static readonly Statement<Callback> ForgetGone = new(
        """
        DELETE FROM GoneUrls WHERE GoneUrls.ReceiverId IN (SELECT r.ReceiverId FROM {rows} r)
            AND EXISTS (SELECT 1 FROM {rows} r WHERE r.ReceiverId = GoneUrls.ReceiverId AND r.UrlHash = GoneUrls.UrlHash)
        """,
        Col.Id<Callback, Receiver>("ReceiverId", c => c.ReceiverId), Col.Hash<Callback>("UrlHash", c => GoneUrl.HashOf(c.Url)));

    /// <summary>Makes sure that receivers have a row; an idle one may have been removed.</summary>
    public static readonly Statement<Receiver> EnsureReceivers = new(
        """
        INSERT INTO Receivers (Id, TenantId, Origin, Lane, DueAt, LeasedUntil, Fence, HeldUntil, GoneUntil, Poked, CreatedAt, Failures, Openings,
            Concurrency, PacedUntil)
        SELECT r.Id, r.TenantId, r.Origin, r.Lane, r.DueAt, 0, 0, 0, 0, 1, r.CreatedAt, 0, 0, 0, 0 FROM {rows} r
        WHERE NOT EXISTS (SELECT 1 FROM Receivers AS k {key lock} WHERE k.Id = r.Id)
        {or ignore}
        """,
        Col.Id<Receiver, Receiver>("Id", x => x.Id), Col.Id<Receiver, Tenant>("TenantId", x => x.TenantId),
        Col.Text<Receiver>("Origin", x => x.Origin), Col.Int<Receiver>("Lane", x => x.Lane), Col.Time<Receiver>("DueAt", x => x.DueAt),
        Col.Time<Receiver>("CreatedAt", x => x.CreatedAt));

    /// <summary>
    /// Tells receivers that something is due. It never ends a lease: an owner sees the poke when it wants to release, and looks again.
    /// Nothing is written where a poke is already waiting to be seen. A paused one is due when it is resumed.
    /// </summary>
    public static readonly Statement<Id<Receiver>> Poke = new(
        """
        UPDATE Receivers SET Poked = 1, DueAt = CASE
            WHEN Receivers.LeasedUntil > @now OR Receivers.PausedAt IS NOT NULL THEN Receivers.DueAt
            WHEN Receivers.HeldUntil > @now THEN Receivers.HeldUntil
            ELSE @now END
        FROM {rows} r WHERE Receivers.Id = r.Id AND Receivers.Poked = 0
        """,
        Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    /// <summary>The same, but the row is locked even where a poke is already waiting.</summary>
    public static readonly Statement<Id<Receiver>> Rouse = new(
        Poke.Template.Replace(" AND Receivers.Poked = 0", "", StringComparison.Ordinal), Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    private const string CallbackColumns =
        "c.Id, c.TenantId, c.JobId, c.Url, c.ReceiverId, c.Events, c.Private, c.Ordering, c.Schedule, c.Status, c.Reason, c.CreatedAt";

    public static Callback ReadCallback(Row row) => new()
    {
        Id = row.Id<Callback>(), TenantId = row.Id<Tenant>(), JobId = row.Id<Job>(), Url = row.Text(), ReceiverId = row.Id<Receiver>(),
        Events = (EventSet)row.Int(), Private = row.MaybeBytes(), Ordering = (Ordering)row.Int(), Schedule = row.MaybeText(),
        Status = (CallbackStatus)row.Int(), Reason = row.MaybeText(), CreatedAt = row.Time(),
    };
}
