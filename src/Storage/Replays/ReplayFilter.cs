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
    private static readonly string[] Conditions = ["Reason = @reason", "JobId = @job", "EventType = @event"];

    // One statement for each set of conditions, so that the database plans each for what it asks.
    private static readonly PlainStatement[] Pages = ForEachSet(where => new PlainStatement(PageOf(where)));
    private static readonly PlainStatement[] Counts = ForEachSet(where => new PlainStatement(CountOf(where)));

    private static readonly Statement<Id<Receiver>>[] PagesOfLanes = ForEachSet(where => new Statement<Id<Receiver>>(
        $"SELECT p.* FROM {{rows}} r {{lateral}} ({PageOf(where + " AND d.ReceiverId = r.ReceiverId")}) AS p",
        Col.Id<Id<Receiver>, Receiver>("ReceiverId", id => id)));

    private static readonly Statement<Id<Receiver>>[] CountsOfLanes = ForEachSet(where => new Statement<Id<Receiver>>(
        $"SELECT p.* FROM {{rows}} r {{lateral}} ({CountOf(where + " AND d.ReceiverId = r.ReceiverId")}) AS p",
        Col.Id<Id<Receiver>, Receiver>("ReceiverId", id => id)));

    public static ReplayFilter Of(Replay replay) => new(
        replay.TenantId, replay.Deliveries, replay.Reason, replay.ReceiverId, replay.JobId, replay.EventType, replay.Position, replay.Through);

    /// <summary>The next ones, in the order of ids.</summary>
    public async Task<List<Candidate>> ReadAsync(SqlSession session, int max, CancellationToken stop)
    {
        Parameter[] parameters = [.. Parameters, ("max", max)];
        if (ReceiverId is not { } receiver)
            return await session.ReadAsync(Pages[Set], Read, parameters, stop);
        var lanes = await Lanes.OfAsync(session, TenantId, receiver, stop);
        var found = await session.ReadAsync(PagesOfLanes[Set], lanes, Read, parameters, stop);
        return [.. found.OrderBy(c => c.Id).Take(max)];
    }

    public async Task<int> CountAsync(SqlSession session, CancellationToken stop)
    {
        var counts = ReceiverId is { } receiver
            ? await session.ReadAsync(
                CountsOfLanes[Set], await Lanes.OfAsync(session, TenantId, receiver, stop), row => row.Long(), Parameters, stop)
            : await session.ReadAsync(Counts[Set], row => row.Long(), Parameters, stop);
        return (int)Math.Min(int.MaxValue, counts.Sum());
    }

    private int Set => (Reason is null ? 0 : 1) | (JobId is null ? 0 : 2) | (EventType is null ? 0 : 4);

    private Parameter[] Parameters
    {
        get
        {
            List<Parameter> parameters = [("tenant", TenantId.Value), ("status", (int)Status), ("from", After.Value), ("to", Before.Value)];
            if (Reason is not null)
                parameters.Add(("reason", Reason));
            if (JobId is { } job)
                parameters.Add(("job", job.Value));
            if (EventType is { } type)
                parameters.Add(("event", (int)type));
            return [.. parameters];
        }
    }

    private static T[] ForEachSet<T>(Func<string, T> make) =>
    [
        .. Enumerable.Range(0, 1 << Conditions.Length).Select(set => make(string.Join(
            " AND d.",
            Conditions.Where((_, i) => (set & (1 << i)) != 0).Prepend("d.TenantId = @tenant AND d.Status = @status AND d.Id > @from AND d.Id < @to")))),
    ];

    private static string PageOf(string where) =>
        $$"""SELECT {top:@max} d.Id, d.ReceiverId, d.CallbackId FROM Deliveries AS d WHERE {{where}} ORDER BY d.Id {limit:@max}""";

    private static string CountOf(string where) => $"SELECT CAST(COUNT(d.Id) AS bigint) AS Matched FROM Deliveries AS d WHERE {where}";

    private static Candidate Read(Row row) => new(row.Id<Delivery>(), row.Id<Receiver>(), row.Id<Callback>());
}

/// <summary>A delivery that may be replayed.</summary>
internal readonly record struct Candidate(Id<Delivery> Id, Id<Receiver> ReceiverId, Id<Callback> CallbackId);
