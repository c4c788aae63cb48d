using Storage.Jobs;
using Storage.Sql;

namespace Storage.Deliveries;

/// <summary>What becomes of one delivery after one attempt, ready to be written.</summary>
internal sealed record Settlement
{
    public required OwedDelivery Delivery { get; init; }

    /// <summary>The attempt with its outcome; null where nothing was sent and none is recorded.</summary>
    public required Attempt? Attempt { get; init; }

    public required DeliveryStatus Status { get; init; }
    public string? Reason { get; init; }
    public required int Failures { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Set when the callback wants no more: its other deliveries are canceled for this reason.</summary>
    public string? DisableCallback { get; init; }

    /// <summary>Set with <see cref="DisableCallback"/> where the receiver itself said so: the URL is remembered.</summary>
    public string? GoneUrl { get; init; }
}

/// <summary>Writes attempts before they are sent and settles them after. The caller holds the receivers' row locks under its fences.</summary>
internal static class Settlements
{
    private static readonly Statement<Attempt> InsertAttempts = new(
        """
        INSERT INTO Attempts (DeliveryId, Number, Round, StartedAt, FinishedAt, StatusCode, Error, DurationMs, Excerpt, Engine)
        SELECT r.DeliveryId, r.Number, r.Round, r.StartedAt, NULL, NULL, NULL, NULL, NULL, r.Engine FROM {rows} r
        """,
        Col.Id<Attempt, Delivery>("DeliveryId", a => a.DeliveryId), Col.Int<Attempt>("Number", a => a.Number),
        Col.Int<Attempt>("Round", a => a.Round), Col.Time<Attempt>("StartedAt", a => a.StartedAt), Col.Text<Attempt>("Engine", a => a.Engine));

    /// <summary>
    /// PostgreSQL knows from its statistics that no attempt is unfinished, expects one row of <c>FinishedAt IS NULL</c>, scans for it and compares each that
    /// it finds with the whole page: 2 s for 2,000 among 100,000. Of an expression it knows nothing.
    /// </summary>
    private static readonly Statement<Attempt> FinishAttempts = new(
        """
        UPDATE Attempts SET StartedAt = r.StartedAt, FinishedAt = r.FinishedAt, StatusCode = r.StatusCode, Error = r.Error,
            DurationMs = r.DurationMs, Excerpt = r.Excerpt, ErrorDetail = r.ErrorDetail, DnsMs = r.DnsMs, ConnectMs = r.ConnectMs,
            TlsMs = r.TlsMs, FirstByteMs = r.FirstByteMs
        FROM {rows} r WHERE Attempts.DeliveryId = r.DeliveryId AND Attempts.Number = r.Number AND COALESCE(Attempts.FinishedAt, 0) = 0
        """,
        Col.Id<Attempt, Delivery>("DeliveryId", a => a.DeliveryId), Col.Int<Attempt>("Number", a => a.Number),
        Col.Time<Attempt>("StartedAt", a => a.StartedAt), Col.Time<Attempt>("FinishedAt", a => a.FinishedAt),
        Col.Int<Attempt>("StatusCode", a => a.StatusCode), Col.Text<Attempt>("Error", a => a.Error),
        Col.Int<Attempt>("DurationMs", a => a.DurationMs), Col.Text<Attempt>("Excerpt", a => a.Excerpt),
        Col.Text<Attempt>("ErrorDetail", a => a.ErrorDetail), Col.Int<Attempt>("DnsMs", a => a.DnsMs),
        Col.Int<Attempt>("ConnectMs", a => a.ConnectMs), Col.Int<Attempt>("TlsMs", a => a.TlsMs), Col.Int<Attempt>("FirstByteMs", a => a.FirstByteMs));

    /// <summary>Rows of an engine that died: whether the POST went out is not known, and the row says so.</summary>
    private static readonly Statement<OwedDelivery> CloseOrphans = new(
        """
        UPDATE Attempts SET Error = 'engine_lost', FinishedAt = @now
        FROM {rows} r WHERE Attempts.DeliveryId = r.Id AND Attempts.Number > r.Attempts AND Attempts.FinishedAt IS NULL
        """,
        Col.Id<OwedDelivery, Delivery>("Id", d => d.Id), Col.Int<OwedDelivery>("Attempts", d => d.Attempts));

    private static readonly Statement<OwedDelivery> DropUnsent = new(
        "DELETE FROM Attempts WHERE Attempts.FinishedAt IS NULL AND Attempts.DeliveryId IN (SELECT r.Id FROM {rows} r)",
        Col.Id<OwedDelivery, Delivery>("Id", d => d.Id));

    private static readonly Statement<Settlement> Settle = new(
        """
        UPDATE Deliveries SET Status = r.Status, Reason = r.Reason, Attempts = r.Attempts, Failures = r.Failures, Retry = r.Retry, DueAt = r.DueAt,
            DeliveredAt = COALESCE(Deliveries.DeliveredAt, r.DeliveredAt)
        FROM {rows} r WHERE Deliveries.Id = r.Id AND Deliveries.Status = 0 AND Deliveries.Round = r.Round
        """,
        Col.Id<Settlement, Delivery>("Id", s => s.Delivery.Id), Col.Int<Settlement>("Round", s => s.Delivery.Round),
        Col.Int<Settlement>("Status", s => (int)s.Status), Col.Text<Settlement>("Reason", s => s.Reason),
        Col.Int<Settlement>("Attempts", s => s.Attempt?.Number ?? s.Delivery.LastNumber), Col.Int<Settlement>("Failures", s => s.Failures),
        Col.Int<Settlement>("Retry", s => s.Failures > 0 ? 1 : 0),
        Col.Time<Settlement>("DueAt", s => s.DueAt), Col.Time<Settlement>("DeliveredAt", s => s.DeliveredAt));

    private static readonly Statement<Settlement> Active = new(
        "SELECT c.Id FROM {rows} r, Callbacks AS c WHERE c.Id = r.Id AND c.Status = 0",
        Col.Id<Settlement, Callback>("Id", s => s.Delivery.CallbackId));

    private static readonly Statement<Settlement> DisableCallbacks = new(
        "UPDATE Callbacks SET Status = 1, Reason = r.Reason FROM {rows} r WHERE Callbacks.Id = r.Id AND Callbacks.Status = 0",
        Col.Id<Settlement, Callback>("Id", s => s.Delivery.CallbackId), Col.Text<Settlement>("Reason", s => s.DisableCallback));

    private static readonly Statement<Settlement> CancelRest = new(
        """
        UPDATE Deliveries SET Status = 3, Reason = r.Reason
        FROM {rows} r WHERE Deliveries.JobId = r.JobId AND Deliveries.CallbackId = r.CallbackId AND Deliveries.Status = 0
        """,
        Col.Id<Settlement, Job>("JobId", s => s.Delivery.JobId), Col.Id<Settlement, Callback>("CallbackId", s => s.Delivery.CallbackId),
        Col.Text<Settlement>("Reason", s => s.DisableCallback));

    private static readonly Statement<GoneUrl> RememberGone = new(
        """
        INSERT INTO GoneUrls (ReceiverId, UrlHash, Reason, Until) SELECT r.ReceiverId, r.UrlHash, r.Reason, r.Until FROM {rows} r
        WHERE NOT EXISTS (SELECT 1 FROM GoneUrls AS k {key lock} WHERE k.ReceiverId = r.ReceiverId AND k.UrlHash = r.UrlHash)
        {or ignore}
        """,
        GoneColumns);

    private static readonly Statement<GoneUrl> ProlongGone = new(
        """
        UPDATE GoneUrls SET Reason = r.Reason, Until = r.Until
        FROM {rows} r WHERE GoneUrls.ReceiverId = r.ReceiverId AND GoneUrls.UrlHash = r.UrlHash
        """,
        GoneColumns);

    private static Column<GoneUrl>[] GoneColumns =>
    [
        Col.Id<GoneUrl, Receiver>("ReceiverId", g => g.ReceiverId), Col.Hash<GoneUrl>("UrlHash", g => g.UrlHash),
        Col.Text<GoneUrl>("Reason", g => g.Reason), Col.Time<GoneUrl>("Until", g => g.Until),
    ];

    /// <summary>Writes the rows of attempts that are about to be sent, and closes those that a dead engine left open.</summary>
    public static void Start(SqlSession session, IReadOnlyList<OwedDelivery> page, IReadOnlyList<Attempt> attempts, DateTimeOffset now)
    {
        session.Write(CloseOrphans, [.. page.Where(d => d.LastNumber > d.Attempts)], ("now", now));
        session.Write(InsertAttempts, attempts);
    }

    /// <summary>The first settlement of each callback that is active and that these will disable.</summary>
    public static async Task<List<Settlement>> ReadDisablingAsync(SqlSession session, IReadOnlyList<Settlement> settled, CancellationToken stop)
    {
        List<Settlement> disabling = [.. settled.Where(s => s.DisableCallback is not null).DistinctBy(s => s.Delivery.CallbackId)];
        var active = (await session.ReadAsync(Active, disabling, row => row.Id<Callback>(), [], stop)).ToHashSet();
        return disabling.FindAll(s => active.Contains(s.Delivery.CallbackId));
    }

    public static void Write(SqlSession session, IReadOnlyList<Settlement> settled, DateTimeOffset now)
    {
        List<Settlement> ordered = [.. settled.Where(s => s.Delivery.Ordering != Ordering.None && s.Status != DeliveryStatus.Pending)];
        OrderedQueues.Lock(session, ordered.Select(s => s.Delivery.CallbackId));
        session.Write(FinishAttempts, [.. settled.Where(s => s.Attempt is not null).Select(s => s.Attempt!)]);
        session.Write(DropUnsent, [.. settled.Where(s => s.Attempt is null).Select(s => s.Delivery)]);
        session.Write(Settle, settled);
        List<Settlement> disabling = [.. settled.Where(s => s.DisableCallback is not null)];
        session.Write(DisableCallbacks, disabling);
        session.Write(CancelRest, disabling);
        OrderedQueues.Advance(session, ordered.Select(s => (s.Delivery.CallbackId, s.Delivery.ReceiverId)), now);
        List<GoneUrl> gone = [.. disabling.Where(s => s.GoneUrl is not null).Select(s => ToGone(s, now)).DistinctBy(g => (g.ReceiverId, Convert.ToHexString(g.UrlHash)))];
        session.Write(RememberGone, gone);
        session.Write(ProlongGone, gone);
    }

    /// <summary>Whichever lane heard it, the URL is remembered with lane 0: that is where its callbacks are registered.</summary>
    private static GoneUrl ToGone(Settlement settled, DateTimeOffset now) => new()
    {
        ReceiverId = Receiver.IdOf(settled.Delivery.TenantId, Origin.Of(settled.GoneUrl!)), UrlHash = GoneUrl.HashOf(settled.GoneUrl!), Reason = settled.DisableCallback!,
        Until = now + GoneUrl.RememberedFor,
    };
}
