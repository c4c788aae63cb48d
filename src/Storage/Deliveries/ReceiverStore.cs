using Microsoft.EntityFrameworkCore;
using Storage.Jobs;
using Storage.Operations;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>How a receiver stands, the graver first.</summary>
internal enum ReceiverStatus { Disabled, Paused, Failing, Active }

/// <summary>What <c>GET /receivers</c> filters by, in the order of ids; <see cref="After"/> is the last id of the page before.</summary>
internal sealed record ReceiverFilter(ReceiverStatus? Status, string? Origin, Id<Receiver>? After, int Limit);

/// <summary>What is owed, and since when the oldest is due. It is counted up to a bound, and then it is <see cref="IsBounded"/>.</summary>
internal sealed record Backlog(long Pending, bool IsBounded, DateTimeOffset? OldestDueAt);

/// <summary>One origin with the rows of all its lanes, lane 0 first.</summary>
internal sealed record ReceiverView(IReadOnlyList<Receiver> Lanes, Backlog Backlog)
{
    public Receiver Main => Lanes[0];
}

/// <summary>What an administrator may set; null where nothing is set.</summary>
internal sealed record ReceiverLimits(int? MaxInFlight, double? RatePerSecond, int? Lanes);

/// <summary>Receivers as administrators look at them, hold them and limit them. What is set holds for all lanes of the origin.</summary>
internal sealed class ReceiverStore(Database database, OperationsLog operations, Waker waker, TimeProvider clock, Bells bells)
{
    /// <summary>One receiver's backlog is counted up to this; those of a list up to a tenth of it. Each costs that many index entries at most.</summary>
    public const int MostCounted = 10_000;

    private const string Columns =
        """
        j.Id, j.TenantId, j.Origin, j.Lane, j.DueAt, j.LeasedUntil, j.HeldUntil, j.CreatedAt, j.PausedAt, j.DisabledAt, j.MaxInFlight, j.RatePerSecond,
            j.Lanes, j.Failures, j.Openings, j.FailingSince, j.SucceededAt, j.Concurrency
        """;

    private static readonly Statement<Id<Receiver>> ReadRows = new(
        $"SELECT {Columns} FROM {{rows}} r, Receivers AS j WHERE j.Id = r.Id", Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    private static readonly Statement<Id<Receiver>> LockRows = new(
        $$"""SELECT {{Columns}} FROM {rows} r, Receivers AS j {lock} WHERE j.Id = r.Id ORDER BY j.Id {for update of j}""",
        Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    private static readonly Statement<Receiver> Administer = new(
        """
        UPDATE Receivers SET MaxInFlight = r.MaxInFlight, RatePerSecond = r.RatePerSecond, Lanes = r.Lanes, PausedAt = r.PausedAt,
            DisabledAt = r.DisabledAt, Poked = 1, DueAt = CASE
                WHEN Receivers.LeasedUntil > @now THEN Receivers.DueAt
                WHEN r.PausedAt IS NOT NULL THEN @never
                WHEN Receivers.HeldUntil > @now THEN Receivers.HeldUntil
                ELSE @now END
        FROM {rows} r WHERE Receivers.Id = r.Id
        """,
        Col.Id<Receiver, Receiver>("Id", x => x.Id), Col.Int<Receiver>("MaxInFlight", x => x.MaxInFlight),
        Col.Double<Receiver>("RatePerSecond", x => x.RatePerSecond), Col.Int<Receiver>("Lanes", x => x.Lanes),
        Col.Time<Receiver>("PausedAt", x => x.PausedAt), Col.Time<Receiver>("DisabledAt", x => x.DisabledAt));

    private static readonly Statement<Id<Receiver>> Forgive = new(
        """
        UPDATE Receivers SET HeldUntil = 0, Failures = 0, Openings = 0, FailedCallbackId = NULL, FailingSince = NULL
        FROM {rows} r WHERE Receivers.Id = r.Id
        """,
        Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    private static readonly Statement<Id<Receiver>> Count = new(
        """
        SELECT r.Id,
            (SELECT CAST(COUNT(p.DueAt) AS bigint) FROM (
                SELECT {top:@max} d.DueAt FROM Deliveries AS d WHERE d.ReceiverId = r.Id AND d.Status = 0 {limit:@max}) AS p) AS Pending,
            (SELECT MIN(d.DueAt) FROM Deliveries AS d WHERE d.ReceiverId = r.Id AND d.Retry = 0 AND d.Status = 0) AS First,
            (SELECT MIN(d.DueAt) FROM Deliveries AS d WHERE d.ReceiverId = r.Id AND d.Retry = 1 AND d.Status = 0) AS Again
        FROM {rows} r
        """,
        Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    /// <summary>By the id of any of its lanes.</summary>
    public async Task<ReceiverView?> FindAsync(Id<Tenant> tenant, Id<Receiver> id, CancellationToken stop) =>
        await RowAsync(tenant, id, stop) is { } row ? (await ViewAsync([row], MostCounted, stop)).SingleOrDefault() : null;

    public async Task<List<ReceiverView>> ListAsync(Id<Tenant> tenant, ReceiverFilter filter, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        var receivers = db.Receivers.AsNoTracking().Where(r => r.TenantId == tenant && r.Lane == 0);
        if (filter.Origin is { } origin)
        {
            var id = Receiver.IdOf(tenant, origin);
            receivers = receivers.Where(r => r.Id == id);
        }
        receivers = filter.Status switch
        {
            ReceiverStatus.Disabled => receivers.Where(r => r.DisabledAt != null),
            ReceiverStatus.Paused => receivers.Where(r => r.DisabledAt == null && r.PausedAt != null),
            ReceiverStatus.Failing => receivers.Where(r => r.DisabledAt == null && r.PausedAt == null && r.Openings > 0),
            ReceiverStatus.Active => receivers.Where(r => r.DisabledAt == null && r.PausedAt == null && r.Openings == 0),
            _ => receivers,
        };
        if (filter.After is { } after)
            receivers = receivers.Where(r => r.Id.CompareTo(after) > 0);
        return await ViewAsync(await receivers.OrderBy(r => r.Id).Take(filter.Limit).ToListAsync(stop), MostCounted / 10, stop);
    }

    /// <summary>Holds the backlog: nothing is sent any more, and nothing is lost.</summary>
    public Task<ReceiverView?> PauseAsync(Id<Tenant> tenant, Id<Receiver> id, CancellationToken stop) =>
        ChangeAsync(tenant, id, lane => lane.PausedAt ??= clock.GetUtcNow(), forgive: false, stop);

    /// <summary>Ends a pause, and takes a disabled one up again: what is owed is sent, as if the receiver had never failed.</summary>
    public Task<ReceiverView?> ResumeAsync(Id<Tenant> tenant, Id<Receiver> id, CancellationToken stop) =>
        ChangeAsync(tenant, id, lane => lane.PausedAt = lane.DisabledAt = null, forgive: true, stop);

    /// <summary>Sets limits; <paramref name="enabled"/> takes it up again or disables it by hand, null leaves that as it is.</summary>
    public Task<ReceiverView?> LimitAsync(
        Id<Tenant> tenant, Id<Receiver> id, Func<ReceiverLimits, ReceiverLimits> set, bool? enabled, CancellationToken stop) =>
        ChangeAsync(
            tenant, id,
            lane =>
            {
                var limits = set(new(lane.MaxInFlight, lane.RatePerSecond, lane.Lanes));
                (lane.MaxInFlight, lane.RatePerSecond, lane.Lanes) = (limits.MaxInFlight, limits.RatePerSecond, limits.Lanes);
                if (enabled is { } wanted)
                    lane.DisabledAt = wanted ? null : lane.DisabledAt ?? clock.GetUtcNow();
            },
            forgive: enabled == true, stop);

    /// <summary>Changes every lane under the rows' locks; lanes that are asked for and not there yet are as lane 0.</summary>
    private async Task<ReceiverView?> ChangeAsync(
        Id<Tenant> tenant, Id<Receiver> id, Action<Receiver> change, bool forgive, CancellationToken stop)
    {
        if (await RowAsync(tenant, id, stop) is not { } row)
            return null;
        var wakes = await database.WriteAsync(
            async session =>
            {
                var now = clock.GetUtcNow();
                var lanes = await session.ReadAsync(LockRows, [.. LanesOf(row).Order()], Read, [], stop);
                if (lanes.Find(lane => lane.Lane == 0) is not { } main)
                    return null;
                var wasDisabled = lanes.Exists(lane => lane.DisabledAt is not null);
                lanes.ForEach(change);
                var added = Enumerable.Range(0, main.Lanes ?? 1).Select(lane => NewLane(main, lane, now)).ExceptBy(lanes.Select(l => l.Id), l => l.Id).ToList();
                session.Write(DeliveryStatements.EnsureReceivers, [.. added.OrderBy(lane => lane.Id)]);
                if (main.Openings > 0) // the new ones need not find out by themselves that it fails
                    LaneStates.Write(session, added.ConvertAll(lane => LaneState.Of(main) with { Id = lane.Id }), now);
                if (forgive) // before the due time is set from what is held
                    session.Write(Forgive, [.. lanes.Select(lane => lane.Id)]);
                session.Write(
                    Administer, [.. lanes.Concat(added).OrderBy(lane => lane.Id)], ("now", now), ("never", LeasedReceiver.Never));
                var wakes = new Wakes();
                if (wasDisabled != main.DisabledAt is not null)
                    await operations.WriteAsync(
                        session, [Happening.Of(wasDisabled ? JobEventType.ReceiverEnabled : JobEventType.ReceiverDisabled, main)], now, wakes, stop);
                waker.WakeWithin(session, wakes);
                await session.FlushAsync(stop);
                return wakes;
            },
            stop);
        if (wakes is null)
            return null;
        await waker.WakeAfterAsync(wakes);
        bells.Woken.Add(LanesOf(row));
        bells.Deliveries.Ring();
        return await FindAsync(tenant, id, stop);
    }

    private async Task<Receiver?> RowAsync(Id<Tenant> tenant, Id<Receiver> id, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Receivers.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id && r.TenantId == tenant, stop);
    }

    private async Task<List<ReceiverView>> ViewAsync(List<Receiver> page, int most, CancellationToken stop)
    {
        if (page.Count == 0)
            return [];
        var (rows, counts) = await database.ReadAsync(
            async session =>
            {
                var rows = await session.ReadAsync(ReadRows, [.. page.SelectMany(LanesOf)], Read, [], stop);
                var counts = await session.ReadAsync(
                    Count, rows.ConvertAll(r => r.Id), row => (Id: row.Id<Receiver>(), Pending: row.Long(), First: row.MaybeTime(), Again: row.MaybeTime()),
                    [("max", most)], stop);
                return (rows, counts.ToDictionary(c => c.Id));
            },
            stop);
        return
        [
            .. from origin in rows.GroupBy(r => r.Origin)
               let lanes = origin.OrderBy(r => r.Lane).ToList()
               where lanes[0].Lane == 0
               orderby lanes[0].Id
               let owed = lanes.ConvertAll(lane => counts[lane.Id])
               let oldest = owed.SelectMany(c => (DateTimeOffset?[])[c.First, c.Again]).Where(due => due < LeasedReceiver.Never).Min()
               select new ReceiverView(lanes, new(Math.Min(owed.Sum(c => c.Pending), most), owed.Sum(c => c.Pending) >= most, oldest)),
        ];
    }

    private static IEnumerable<Id<Receiver>> LanesOf(Receiver receiver) => Receiver.LanesOf(receiver.TenantId, receiver.Origin);

    private static Receiver NewLane(Receiver main, int lane, DateTimeOffset now) => new()
    {
        Id = Receiver.IdOf(main.TenantId, main.Origin, lane), TenantId = main.TenantId, Origin = main.Origin, Lane = lane, DueAt = now, CreatedAt = now,
        MaxInFlight = main.MaxInFlight, RatePerSecond = main.RatePerSecond, Lanes = main.Lanes, PausedAt = main.PausedAt, DisabledAt = main.DisabledAt,
    };

    private static Receiver Read(Row row) => new()
    {
        Id = row.Id<Receiver>(), TenantId = row.Id<Tenant>(), Origin = row.Text(), Lane = row.Int(), DueAt = row.Time(), LeasedUntil = row.Time(),
        HeldUntil = row.Time(), CreatedAt = row.Time(), PausedAt = row.MaybeTime(), DisabledAt = row.MaybeTime(), MaxInFlight = row.MaybeInt(),
        RatePerSecond = row.MaybeDouble(), Lanes = row.MaybeInt(), Failures = row.Int(), Openings = row.Int(), FailingSince = row.MaybeTime(),
        SucceededAt = row.MaybeTime(), Concurrency = row.Int(),
    };
}
