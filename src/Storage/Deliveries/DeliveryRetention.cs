using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Storage.Chores;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>
/// Removes deliveries that are over, or their attempts alone, before their jobs go. What is owed or parked stays, and a replayed one counts from
/// its new round. Ids are times: each index is read from its old end.
/// </summary>
internal sealed class DeliveryRetention(Database database, IOptions<RetentionOptions> options, TimeProvider clock)
{
    private static readonly PlainStatement Over = new(
        """
        SELECT {top:@max} d.Id FROM Deliveries AS d
        WHERE d.TenantId = @tenant AND d.Status = @status AND d.Id > @behind AND d.Id < @to ORDER BY d.Id {limit:@max}
        """);

    private static readonly PlainStatement Attempted = new(
        """
        SELECT {top:@max} a.DeliveryId FROM Attempts AS a WHERE a.DeliveryId > @behind AND a.DeliveryId < @to
        GROUP BY a.DeliveryId ORDER BY a.DeliveryId {limit:@max}
        """);

    /// <summary>Of these, the ones that are over since then; nobody replays one before the commit.</summary>
    private static readonly Statement<Id<Delivery>> Take = new(
        """
        SELECT j.Id FROM {rows} r, Deliveries AS j {claim} WHERE j.Id = r.Id AND j.Status IN (1, 3)
            AND j.RoundAt <= @before AND (j.DeliveredAt IS NULL OR j.DeliveredAt <= @before)
        ORDER BY j.Id {for claim}
        """,
        Col.Id<Id<Delivery>, Delivery>("Id", id => id));

    private static readonly DeliveryStatus[] States = [DeliveryStatus.Delivered, DeliveryStatus.Canceled];

    private readonly Dictionary<(Id<Tenant>, DeliveryStatus), Walk<Id<Delivery>>> _deliveries = [];
    private readonly Walk<Id<Delivery>> _attempts = new();

    /// <summary>Removes what is over since the last run and before, page by page; answers how many deliveries it removed or relieved of their attempts.</summary>
    public async Task<int> RunAsync(DateTimeOffset last, int pageSize, CancellationToken stop)
    {
        var removed = 0;
        if (options.Value.Delivered is { } kept)
            foreach (var tenant in await TenantsAsync(stop))
                foreach (var state in States)
                    removed += await WalkOf(tenant, state).RunAsync(
                        Id<Delivery>.Earliest(last - kept), pageSize,
                        after => LookAsync(Over, after, kept, pageSize, DeliveryRemovals.Remove, stop, ("tenant", tenant.Value), ("status", (int)state)));
        if (options.Value.Attempts is { } keptAttempts)
            removed += await _attempts.RunAsync(
                Id<Delivery>.Earliest(last - keptAttempts), pageSize,
                after => LookAsync(Attempted, after, keptAttempts, pageSize, DeliveryRemovals.RemoveAttempts, stop));
        return removed;
    }

    private async Task<Page<Id<Delivery>>> LookAsync(
        PlainStatement candidates, Id<Delivery> after, TimeSpan kept, int max, Action<SqlSession, IReadOnlyList<Id<Delivery>>> remove,
        CancellationToken stop, params Parameter[] more)
    {
        var before = clock.GetUtcNow() - kept;
        var found = await database.ReadAsync(
            session => session.ReadAsync(
                candidates, row => row.Id<Delivery>(),
                [("max", max), ("behind", after.Value), ("to", Id<Delivery>.Earliest(before).Value), .. more], stop),
            stop);
        if (found.Count == 0)
            return new(0, 0, after);
        var taken = await database.WriteAsync(
            async session =>
            {
                var taken = await session.ReadAsync(Take, found, row => row.Id<Delivery>(), [("before", before)], stop);
                remove(session, taken);
                return taken.Count;
            },
            stop);
        return new(found.Count, taken, found[^1]);
    }

    private Walk<Id<Delivery>> WalkOf(Id<Tenant> tenant, DeliveryStatus state)
    {
        if (!_deliveries.TryGetValue((tenant, state), out var walk))
            _deliveries.Add((tenant, state), walk = new());
        return walk;
    }

    private async Task<List<Id<Tenant>>> TenantsAsync(CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Tenants.Select(t => t.Id).ToListAsync(stop);
    }
}
