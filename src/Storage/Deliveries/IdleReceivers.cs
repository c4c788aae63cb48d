using Storage.Sql;

namespace Storage.Deliveries;

/// <summary>
/// Removes what nobody needs any more: receivers that are owed nothing, with nothing set and nothing worth knowing, and URLs that are no longer
/// remembered as gone. A receiver that is owed something again comes back under the same id (<see cref="Wakes"/>).
/// </summary>
internal sealed class IdleReceivers(Database database, TimeProvider clock)
{
    /// <summary>What is known of a receiver is kept that long after its last good answer.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>And that long where it only fails.</summary>
    public static readonly TimeSpan FailureKeptFor = TimeSpan.FromDays(30);

    private static readonly PlainStatement Next = new(
        "SELECT {top:@max} j.Id FROM Receivers AS j WHERE j.DueAt = @never AND j.Id > @from ORDER BY j.Id {limit:@max}");

    private static readonly Statement<Id<Receiver>> Remove = new(
        """
        DELETE FROM Receivers WHERE Receivers.Id IN (SELECT r.Id FROM {rows} r) AND Receivers.DueAt = @never AND Receivers.Poked = 0
            AND Receivers.LeasedUntil <= @now AND Receivers.HeldUntil <= @now AND Receivers.GoneUntil <= @now
            AND Receivers.PausedAt IS NULL AND Receivers.DisabledAt IS NULL AND Receivers.Openings = 0
            AND COALESCE(Receivers.SucceededAt, Receivers.CreatedAt) <= @kept AND COALESCE(Receivers.FailingSince, 0) <= @failed
            AND (Receivers.Lane = 0 AND Receivers.Lanes IS NULL AND Receivers.MaxInFlight IS NULL AND Receivers.RatePerSecond IS NULL
                    AND NOT EXISTS (
                        SELECT 1 FROM Receivers AS x WHERE x.TenantId = Receivers.TenantId AND x.Lane > 0 AND x.Origin = Receivers.Origin)
                OR Receivers.Lane > 0 AND Receivers.Lane >= COALESCE(Receivers.Lanes, 1))
            AND NOT EXISTS (SELECT 1 FROM Deliveries AS d WHERE d.ReceiverId = Receivers.Id AND d.Status = 0)
        """,
        Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    private static readonly PlainStatement Lapsed = new(
        "SELECT {top:@max} g.ReceiverId, g.UrlHash FROM GoneUrls AS g WHERE g.Until <= @now ORDER BY g.Until {limit:@max}");

    private static readonly Statement<(Id<Receiver> Receiver, byte[] UrlHash)> Forget = new(
        """
        DELETE FROM GoneUrls WHERE GoneUrls.Until <= @now AND GoneUrls.ReceiverId IN (SELECT r.ReceiverId FROM {rows} r)
            AND EXISTS (SELECT 1 FROM {rows} r WHERE r.ReceiverId = GoneUrls.ReceiverId AND r.UrlHash = GoneUrls.UrlHash)
        """,
        Col.Id<(Id<Receiver> Receiver, byte[] UrlHash), Receiver>("ReceiverId", x => x.Receiver),
        Col.Hash<(Id<Receiver> Receiver, byte[] UrlHash)>("UrlHash", x => x.UrlHash));

    private Id<Receiver> _after;

    /// <summary>
    /// Looks at one page of receivers that have nothing to do, each call at the next, and from the beginning again after the last; answers how
    /// many rows of both kinds it removed.
    /// </summary>
    public async Task<int> RunOnceAsync(int max, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var (last, removed) = await database.WriteAsync(session => WriteAsync(session, max, now, stop), stop);
        _after = last;
        return removed;
    }

    private async Task<(Id<Receiver> Last, int Removed)> WriteAsync(SqlSession session, int max, DateTimeOffset now, CancellationToken stop)
    {
        var never = LeasedReceiver.Never;
        var page = await session.ReadAsync(Next, row => row.Id<Receiver>(), [("max", max), ("never", never), ("from", _after.Value)], stop);
        var lapsed = await session.ReadAsync(Lapsed, row => (row.Id<Receiver>(), row.Bytes()), [("max", max), ("now", now)], stop);
        await session.FlushAsync(stop);
        session.Write(Remove, page, ("never", never), ("now", now), ("kept", now - KeptFor), ("failed", now - FailureKeptFor));
        session.Write(Forget, lapsed, ("now", now));
        return (page.Count < max ? default : page[^1], await session.FlushAsync(stop));
    }
}
