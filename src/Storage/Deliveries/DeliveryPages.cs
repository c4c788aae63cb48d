using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>A delivery that is owed, as its receiver's queue shows it.</summary>
internal sealed class OwedDelivery
{
    public required Id<Delivery> Id { get; init; }
    public required Id<Receiver> ReceiverId { get; init; }
    public required Id<Tenant> TenantId { get; init; }
    public required Id<Job> JobId { get; init; }
    public required int Seq { get; init; }
    public required Id<Callback> CallbackId { get; init; }
    public required int Round { get; init; }
    public required DateTimeOffset RoundAt { get; init; }

    /// <summary>Attempts that were settled.</summary>
    public required int Attempts { get; init; }

    public required int Failures { get; init; }
    public required Ordering Ordering { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    public required int BodyBytes { get; init; }

    /// <summary>
    /// The number of the newest attempt, whose row may have been removed already; more than <see cref="Attempts"/> where an engine died between
    /// the row and its outcome.
    /// </summary>
    public required int LastNumber { get; init; }
}

/// <summary>What is sent: the bytes as they were stored, and where to.</summary>
internal sealed record Letter(Id<Delivery> DeliveryId, byte[] Body, string Url, byte[]? Private, string? Schedule);

/// <summary>How much of a queue is asked for. A receiver has two, each in the order of due times: of first attempts, and of retries.</summary>
internal readonly record struct QueueHead(Id<Receiver> Receiver, bool Retries, int Take);

/// <summary>Reads the queues of receivers, a page of each in one statement.</summary>
internal static class DeliveryPages
{
    private static readonly Statement<QueueHead> Queue = new(
        """
        SELECT p.* FROM {rows} r {lateral} (
            {few}SELECT {top:r.Take} d.Id, d.ReceiverId, d.TenantId, d.JobId, d.Seq, d.CallbackId, d.Round, d.RoundAt, d.Attempts, d.Failures, d.Ordering,
                d.DueAt, d.BodyBytes, (SELECT MAX(a.Number) FROM Attempts AS a WHERE a.DeliveryId = d.Id) AS LastNumber
            FROM Deliveries AS d WHERE d.ReceiverId = r.Id AND d.Retry = r.Retry AND d.Status = 0 ORDER BY d.DueAt, d.Id {few limit:r.Take}) AS p
        """,
        Col.Id<QueueHead, Receiver>("Id", x => x.Receiver), Col.Int<QueueHead>("Retry", x => x.Retries ? 1 : 0), Col.Int<QueueHead>("Take", x => x.Take));

    private static readonly Statement<OwedDelivery> Letters = new(
        """
        SELECT r.Id, e.Body, c.Url, c.Private, c.Schedule FROM {rows} r, JobEvents AS e, Callbacks AS c
        WHERE e.JobId = r.JobId AND e.Seq = r.Seq AND c.Id = r.CallbackId
        """,
        Col.Id<OwedDelivery, Delivery>("Id", d => d.Id), Col.Id<OwedDelivery, Job>("JobId", d => d.JobId),
        Col.Int<OwedDelivery>("Seq", d => d.Seq), Col.Id<OwedDelivery, Callback>("CallbackId", d => d.CallbackId));

    private static readonly Statement<Id<Receiver>> Gone = new(
        "SELECT g.ReceiverId, g.UrlHash, g.Reason FROM {rows} r, GoneUrls AS g WHERE g.ReceiverId = r.Id AND g.Until > @now",
        Col.Id<Id<Receiver>, Receiver>("Id", id => id));

    /// <summary>The head of each queue, earliest due first; what is due later comes too, so that the next due time is known.</summary>
    public static Task<List<OwedDelivery>> ReadAsync(SqlSession session, IReadOnlyList<QueueHead> takes, CancellationToken stop) =>
        session.ReadAsync(
            Queue, takes,
            Read, [], stop);

    private static OwedDelivery Read(Row row)
    {
        var (id, receiver, tenant, job, seq) = (row.Id<Delivery>(), row.Id<Receiver>(), row.Id<Tenant>(), row.Id<Job>(), row.Int());
        var (callback, round, roundAt, attempts) = (row.Id<Callback>(), row.Int(), row.Time(), row.Int());
        return new()
        {
            Id = id, ReceiverId = receiver, TenantId = tenant, JobId = job, Seq = seq, CallbackId = callback, Round = round, RoundAt = roundAt,
            Attempts = attempts, Failures = row.Int(), Ordering = (Ordering)row.Int(), DueAt = row.Time(), BodyBytes = row.Int(),
            LastNumber = Math.Max(row.MaybeInt() ?? 0, attempts),
        };
    }

    public static Task<List<Letter>> ReadLettersAsync(SqlSession session, IReadOnlyList<OwedDelivery> page, CancellationToken stop) =>
        session.ReadAsync(Letters, page, row => new Letter(row.Id<Delivery>(), row.Bytes(), row.Text(), row.MaybeBytes(), row.MaybeText()), [], stop);

    /// <summary>The URLs of these receivers that are remembered as gone, with the reason.</summary>
    public static async Task<Dictionary<(Id<Receiver>, string UrlHash), string>> ReadGoneAsync(
        SqlSession session, IReadOnlyList<Id<Receiver>> receivers, DateTimeOffset now, CancellationToken stop) =>
        (await session.ReadAsync(
            Gone, receivers, row => (Key: (row.Id<Receiver>(), Convert.ToHexString(row.Bytes())), Reason: row.Text()), [("now", now)], stop))
        .ToDictionary(g => g.Key, g => g.Reason);
}
