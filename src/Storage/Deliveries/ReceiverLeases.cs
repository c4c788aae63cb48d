using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>A receiver as its owner holds it for one turn: its row is locked until the turn's commit.</summary>
internal sealed class LeasedReceiver
{
    public required Id<Receiver> Id { get; init; }
    public required Id<Tenant> TenantId { get; init; }
    public required string Origin { get; init; }
    public required int Lane { get; init; }

    /// <summary>Lane 0 of the origin: what is registered for the origin as a whole is there.</summary>
    public Id<Receiver> MainId => Lane == 0 ? Id : Receiver.IdOf(TenantId, Origin);

    /// <summary>How many lanes new deliveries are spread over.</summary>
    public required int Lanes { get; init; }

    /// <summary>What one lane finds out about the origin concerns others.</summary>
    public bool HasSiblings => Lane > 0 || Lanes > 1;

    /// <summary>The fence as it stands in the row.</summary>
    public required long Fence { get; init; }

    /// <summary>The fence that the turn writes: one more where it claims.</summary>
    public required long NextFence { get; init; }

    public required DateTimeOffset HeldUntil { get; set; }
    public required DateTimeOffset GoneUntil { get; set; }
    public required bool Poked { get; set; }
    public required bool IsPaused { get; init; }
    public required DateTimeOffset? DisabledAt { get; set; }

    /// <summary>This lane's part of what the origin may have at once; null: what the deployment allows.</summary>
    public required int? MaxInFlight { get; init; }

    /// <summary>This lane's part of the origin's rate.</summary>
    public required double? RatePerSecond { get; init; }

    public required ReceiverHealth Health { get; set; }

    /// <summary>How many POSTs at once it was last found to take; 0 where nothing is known.</summary>
    public required int Concurrency { get; set; }

    public required DateTimeOffset PacedUntil { get; set; }
    public DateTimeOffset DueAt { get; set; }
    public DateTimeOffset LeasedUntil { get; set; }

    /// <summary>Keeps the receiver; a crash makes it due when the lease ends.</summary>
    public void Keep(DateTimeOffset until) => DueAt = LeasedUntil = until;

    /// <summary>Gives the receiver back, due when its next delivery is, but not before it may be sent to.</summary>
    public void Release(DateTimeOffset? nextDue)
    {
        LeasedUntil = DateTimeOffset.UnixEpoch;
        DueAt = IsPaused || nextDue is not { } due ? Never : due > HeldUntil ? due : HeldUntil;
    }

    public static DateTimeOffset Never { get; } = DateTimeOffset.FromUnixTimeMilliseconds(253_402_300_799_999); // the end of the year 9999
}

/// <summary>Claims receivers, keeps and releases them. A row that carries another fence belongs to somebody else and is not touched.</summary>
internal static class ReceiverLeases
{
    private const string Columns =
        """
        j.Id, j.TenantId, j.Origin, j.Fence, j.HeldUntil, j.GoneUntil, j.Poked, j.PausedAt, j.DisabledAt, j.MaxInFlight, j.RatePerSecond, j.Lanes,
            j.Failures, j.Openings, j.FailedCallbackId, j.FailingSince, j.SucceededAt, j.Concurrency, j.PacedUntil, j.Lane
        """;

    private static readonly PlainStatement Due = new(
        $$"""
        SELECT {top:@max} {{Columns}} FROM Receivers AS j {claim} WHERE j.DueAt <= @now ORDER BY j.DueAt {limit:@max} {for claim}
        """);

    private static readonly PlainStatement LastDue = new(
        $$"""
        SELECT {top:@max} {{Columns}} FROM Receivers AS j {claim} WHERE j.DueAt <= @now ORDER BY j.DueAt DESC {limit:@max} {for claim}
        """);

    private static readonly Statement<(Id<Receiver> Id, long Fence)> Held = new(
        $$"""
        SELECT {{Columns}} FROM {rows} r, Receivers AS j {lock} WHERE j.Id = r.Id AND j.Fence = r.Fence ORDER BY j.Id {for update of j}
        """,
        Col.Id<(Id<Receiver> Id, long Fence), Receiver>("Id", x => x.Id), Col.Long<(Id<Receiver> Id, long Fence)>("Fence", x => x.Fence));

    private static readonly Statement<LeasedReceiver> Stamp = new(
        """
        UPDATE Receivers SET DueAt = r.DueAt, LeasedUntil = r.LeasedUntil, Fence = r.NextFence, HeldUntil = r.HeldUntil, GoneUntil = r.GoneUntil,
            Poked = r.Poked, DisabledAt = r.DisabledAt, Failures = r.Failures, Openings = r.Openings, FailedCallbackId = r.FailedCallbackId,
            FailingSince = r.FailingSince, SucceededAt = r.SucceededAt, Concurrency = r.Concurrency, PacedUntil = r.PacedUntil
        FROM {rows} r WHERE Receivers.Id = r.Id AND Receivers.Fence = r.Fence
        """,
        Col.Id<LeasedReceiver, Receiver>("Id", x => x.Id), Col.Long<LeasedReceiver>("Fence", x => x.Fence),
        Col.Long<LeasedReceiver>("NextFence", x => x.NextFence), Col.Time<LeasedReceiver>("DueAt", x => x.DueAt),
        Col.Time<LeasedReceiver>("LeasedUntil", x => x.LeasedUntil), Col.Time<LeasedReceiver>("HeldUntil", x => x.HeldUntil),
        Col.Time<LeasedReceiver>("GoneUntil", x => x.GoneUntil), Col.Int<LeasedReceiver>("Poked", x => x.Poked ? 1 : 0),
        Col.Time<LeasedReceiver>("DisabledAt", x => x.DisabledAt), Col.Int<LeasedReceiver>("Failures", x => x.Health.Failures),
        Col.Int<LeasedReceiver>("Openings", x => x.Health.Openings),
        Col.Id<LeasedReceiver, Callback>("FailedCallbackId", x => x.Health.FailedCallback),
        Col.Time<LeasedReceiver>("FailingSince", x => x.Health.FailingSince), Col.Time<LeasedReceiver>("SucceededAt", x => x.Health.SucceededAt),
        Col.Int<LeasedReceiver>("Concurrency", x => x.Concurrency), Col.Time<LeasedReceiver>("PacedUntil", x => x.PacedUntil));

    /// <summary>
    /// Locks receivers that are due and that nobody else is claiming at this moment. They are claimed once they are written. Where more are due
    /// than may be claimed, a quarter of them are those that became due last: a fresh event doesn't wait behind a crowd of old ones.
    /// </summary>
    public static async Task<List<LeasedReceiver>> ClaimAsync(SqlSession session, int max, DateTimeOffset now, CancellationToken stop)
    {
        var most = max - max / 4;
        var claimed = await session.ReadAsync(Due, row => Read(row, claim: true), [("max", most), ("now", now)], stop);
        if (claimed.Count < most || most == max)
            return claimed;
        var last = await session.ReadAsync(LastDue, row => Read(row, claim: true), [("max", max - most), ("now", now)], stop);
        return [.. claimed.Concat(last).DistinctBy(r => r.Id)];
    }

    /// <summary>Locks receivers that are held under the given fences; one that is missing in the answer is somebody else's by now.</summary>
    public static Task<List<LeasedReceiver>> LockAsync(SqlSession session, List<(Id<Receiver> Id, long Fence)> held, CancellationToken stop)
    {
        held.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return session.ReadAsync(Held, held, row => Read(row, claim: false), [], stop);
    }

    public static void Write(SqlSession session, IReadOnlyList<LeasedReceiver> receivers) => session.Write(Stamp, receivers);

    private static LeasedReceiver Read(Row row, bool claim)
    {
        var (id, tenant, origin, fence) = (row.Id<Receiver>(), row.Id<Tenant>(), row.Text(), row.Long());
        var (heldUntil, goneUntil, poked, paused, disabled) = (row.Time(), row.Time(), row.Int() == 1, row.MaybeTime(), row.MaybeTime());
        var (maxInFlight, rate, lanes) = (row.MaybeInt(), row.MaybeDouble(), row.MaybeInt() ?? 1);
        return new()
        {
            Id = id, TenantId = tenant, Origin = origin, Fence = fence, NextFence = claim ? fence + 1 : fence, HeldUntil = heldUntil,
            GoneUntil = goneUntil, Poked = poked, IsPaused = paused is not null, DisabledAt = disabled,
            MaxInFlight = maxInFlight is { } most ? Math.Max(1, most / lanes) : null, RatePerSecond = rate / lanes,
            Health = new(row.Int(), row.Int(), row.MaybeId<Callback>(), row.MaybeTime(), row.MaybeTime()), Concurrency = row.Int(),
            PacedUntil = row.Time(), Lane = row.Int(), Lanes = lanes,
        };
    }
}
