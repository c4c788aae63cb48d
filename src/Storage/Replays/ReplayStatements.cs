using Storage.Deliveries;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Replays;

/// <summary>The SQL that replays are kept with.</summary>
internal static class ReplayStatements
{
    private const string Columns = """
        j.Id, j.TenantId, j.Status, j.Deliveries, j.Reason, j.ReceiverId, j.JobId, j.EventType, j.CreatedAfter, j.CreatedBefore, j.Position, j.Through,
        j.RatePerSecond, j.PacedUntil, j.DueAt, j.Matched, j.Replayed, j.Skipped, j.CreatedAt, j.FinishedAt, j.IdempotencyHash, j.RequestHash
        """;

    private static readonly Column<Replay>[] All =
    [
        Col.Id<Replay, Replay>("Id", r => r.Id), Col.Id<Replay, Tenant>("TenantId", r => r.TenantId), Col.Int<Replay>("Status", r => (int)r.Status),
        Col.Int<Replay>("Deliveries", r => (int)r.Deliveries), Col.Text<Replay>("Reason", r => r.Reason),
        Col.Id<Replay, Receiver>("ReceiverId", r => r.ReceiverId), Col.Id<Replay, Job>("JobId", r => r.JobId),
        Col.Int<Replay>("EventType", r => (int?)r.EventType), Col.Time<Replay>("CreatedAfter", r => r.CreatedAfter),
        Col.Time<Replay>("CreatedBefore", r => r.CreatedBefore), Col.Id<Replay, Delivery>("Position", r => r.Position),
        Col.Id<Replay, Delivery>("Through", r => r.Through), Col.Double<Replay>("RatePerSecond", r => r.RatePerSecond),
        Col.Time<Replay>("PacedUntil", r => r.PacedUntil), Col.Time<Replay>("DueAt", r => r.DueAt), Col.Int<Replay>("Matched", r => r.Matched),
        Col.Int<Replay>("Replayed", r => r.Replayed), Col.Int<Replay>("Skipped", r => r.Skipped), Col.Time<Replay>("CreatedAt", r => r.CreatedAt),
        Col.Time<Replay>("FinishedAt", r => r.FinishedAt), Col.Hash<Replay>("IdempotencyHash", r => r.IdempotencyHash),
        Col.Hash<Replay>("RequestHash", r => r.RequestHash),
    ];

    /// <summary>Inserts a replay, unless its idempotency key is taken.</summary>
    public static readonly Statement<Replay> Insert = new(
        $$"""
        INSERT INTO Replays ({{string.Join(", ", All.Select(c => c.Name))}})
        SELECT {{string.Join(", ", All.Select(c => "r." + c.Name))}} FROM {rows} r
        WHERE r.IdempotencyHash IS NULL OR NOT EXISTS (
            SELECT 1 FROM Replays AS k {key lock} WHERE k.TenantId = r.TenantId AND k.IdempotencyHash = r.IdempotencyHash AND k.IdempotencyHash IS NOT NULL)
        {or ignore}
        """,
        All);

    public static readonly PlainStatement FindByKey = new(
        $"SELECT {Columns} FROM Replays AS j WHERE j.TenantId = @tenant AND j.IdempotencyHash = @hash AND j.IdempotencyHash IS NOT NULL");

    /// <summary>Locks the replay that has been due for longest; one that another process is at is skipped.</summary>
    public static readonly PlainStatement Claim = new(
        $$"""
        SELECT {top:1} {{Columns}} FROM Replays AS j {claim} WHERE j.Status = 0 AND j.DueAt <= @now ORDER BY j.DueAt {limit:1} {for claim}
        """);

    /// <summary>Locks one replay, after the batch that is under way.</summary>
    public static readonly PlainStatement Lock = new(
        $"SELECT {Columns} FROM Replays AS j {{lock}} WHERE j.Id = @id AND j.TenantId = @tenant {{for update of j}}");

    public static readonly Statement<Replay> Update = new(
        """
        UPDATE Replays SET Status = r.Status, Position = r.Position, PacedUntil = r.PacedUntil, DueAt = r.DueAt, Replayed = r.Replayed,
            Skipped = r.Skipped, FinishedAt = r.FinishedAt
        FROM {rows} r WHERE Replays.Id = r.Id
        """,
        [.. All.Where(c => c.Name is "Id" or "Status" or "Position" or "PacedUntil" or "DueAt" or "Replayed" or "Skipped" or "FinishedAt")]);

    public static readonly PlainStatement DeleteFinished = new(
        "DELETE FROM Replays WHERE Replays.FinishedAt IS NOT NULL AND Replays.FinishedAt <= @before");

    public static Replay Read(Row row) => new()
    {
        Id = row.Id<Replay>(), TenantId = row.Id<Tenant>(), Status = (ReplayStatus)row.Int(), Deliveries = (DeliveryStatus)row.Int(),
        Reason = row.MaybeText(), ReceiverId = row.MaybeId<Receiver>(), JobId = row.MaybeId<Job>(), EventType = (JobEventType?)row.MaybeInt(),
        CreatedAfter = row.MaybeTime(), CreatedBefore = row.MaybeTime(), Position = row.Id<Delivery>(), Through = row.Id<Delivery>(),
        RatePerSecond = row.MaybeDouble(), PacedUntil = row.Time(), DueAt = row.Time(), Matched = row.Int(), Replayed = row.Int(),
        Skipped = row.Int(), CreatedAt = row.Time(), FinishedAt = row.MaybeTime(), IdempotencyHash = row.MaybeBytes(), RequestHash = row.MaybeBytes(),
    };
}
