using Storage.Deliveries;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Replays;

/// <summary>Which deliveries a replay is for. Times are those of ids, so that they bound the walk instead of being looked up.</summary>
internal sealed record ReplayFilter(
    Id<Tenant> TenantId, DeliveryStatus Status, string? Reason, Id<Receiver>? ReceiverId, Id<Job>? JobId, JobEventType? EventType,
    Id<Delivery> After, Id<Delivery> Before)
{
    private static readonly string[] Conditions = ["Reason = @reason", "ReceiverId = @receiver", "JobId = @job", "EventType = @event"];

    /// <summary>One statement for each set of conditions, so that the database plans each for what it asks.</summary>
    private static readonly PlainStatement[] Pages =
    [
        .. Enumerable.Range(0, 1 << Conditions.Length).Select(set => new PlainStatement(
            $$"""SELECT {top:@max} d.Id, d.ReceiverId, d.CallbackId FROM Deliveries AS d WHERE {{Where(set)}} ORDER BY d.Id {limit:@max}""")),
    ];

    private static readonly PlainStatement[] Counts =
    [
        .. Enumerable.Range(0, 1 << Conditions.Length).Select(set => new PlainStatement(
            $"SELECT CAST(COUNT(d.Id) AS bigint) FROM Deliveries AS d WHERE {Where(set)}")),
    ];

    public static ReplayFilter Of(Replay replay) => new(
        replay.TenantId, replay.Deliveries, replay.Reason, replay.ReceiverId, replay.JobId, replay.EventType, replay.Position, replay.Through);

    /// <summary>The next ones, in the order of ids.</summary>
    public Task<List<Candidate>> ReadAsync(SqlSession session, int max, CancellationToken stop) => session.ReadAsync(
        Pages[Set], row => new Candidate(row.Id<Delivery>(), row.Id<Receiver>(), row.Id<Callback>()), [.. Parameters, ("max", max)], stop);

    public async Task<int> CountAsync(SqlSession session, CancellationToken stop) =>
        (int)Math.Min(int.MaxValue, (await session.ReadAsync(Counts[Set], row => row.Long(), Parameters, stop))[0]);

    private int Set => (Reason is null ? 0 : 1) | (ReceiverId is null ? 0 : 2) | (JobId is null ? 0 : 4) | (EventType is null ? 0 : 8);

    private Parameter[] Parameters
    {
        get
        {
            List<Parameter> parameters = [("tenant", TenantId.Value), ("status", (int)Status), ("from", After.Value), ("to", Before.Value)];
            if (Reason is not null)
                parameters.Add(("reason", Reason));
            if (ReceiverId is { } receiver)
                parameters.Add(("receiver", receiver.Value));
            if (JobId is { } job)
                parameters.Add(("job", job.Value));
            if (EventType is { } type)
                parameters.Add(("event", (int)type));
            return [.. parameters];
        }
    }

    private static string Where(int set) => string.Join(
        " AND d.",
        Conditions.Where((_, i) => (set & (1 << i)) != 0).Prepend("d.TenantId = @tenant AND d.Status = @status AND d.Id > @from AND d.Id < @to"));
}

/// <summary>A delivery that may be replayed.</summary>
internal readonly record struct Candidate(Id<Delivery> Id, Id<Receiver> ReceiverId, Id<Callback> CallbackId);
