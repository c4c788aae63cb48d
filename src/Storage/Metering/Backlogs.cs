using System.Diagnostics.Metrics;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Metering;

/// <summary>
/// How much waits in the database, as gauges. It is counted when somebody asks, at most every <see cref="Fresh"/>, and up to <see cref="Most"/> rows of
/// an index of each kind, so that a scrape costs the same however much there is.
/// </summary>
internal sealed class Backlogs
{
    public const int Most = 100_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private static readonly PlainStatement Tenants = new("SELECT t.Id FROM Tenants AS t");

    private static readonly PlainStatement Pending = new(
        "SELECT CAST(COUNT(p.Id) AS bigint) FROM (SELECT {top:@max} j.Id FROM Jobs AS j WHERE j.TenantId = @tenant AND j.Status = 0 {limit:@max}) AS p");

    private static readonly PlainStatement Running = new(
        "SELECT CAST(COUNT(p.Id) AS bigint) FROM (SELECT {top:@max} j.Id FROM Jobs AS j WHERE j.TenantId = @tenant AND j.Status = 1 {limit:@max}) AS p");

    private static readonly PlainStatement Deliveries = new(
        """
        SELECT CAST(COUNT(p.Id) AS bigint) FROM (
            SELECT {top:@max} d.Id FROM Deliveries AS d WHERE d.TenantId = @tenant AND d.Status = @status ORDER BY d.Id {limit:@max}) AS p
        """);

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private Counts _counts = new(0, 0, 0, 0);
    private DateTimeOffset _countedAt;

    public Backlogs(Database database, Measures measures, TimeProvider clock)
    {
        (_database, _clock) = (database, clock);
        Gauge("webhooks.jobs.pending", "Jobs that wait, up to 100,000.", counts => counts.Pending);
        Gauge("webhooks.jobs.running", "Jobs that a worker holds, up to 100,000.", counts => counts.Running);
        Gauge("webhooks.deliveries.pending", "Deliveries that are owed, up to 100,000.", counts => counts.Owed);
        Gauge("webhooks.deliveries.parked", "Deliveries that were given up on and can be replayed, up to 100,000.", counts => counts.Parked);

        void Gauge(string name, string description, Func<Counts, long> read) =>
            measures.Meter.CreateObservableGauge(name, () => read(_counts), description: description);
    }

    /// <summary>Counts, unless that was done just now. Two at once both count.</summary>
    public async Task RefreshAsync(CancellationToken stop)
    {
        var now = _clock.GetUtcNow();
        if (now - _countedAt < Fresh)
            return;
        _counts = await _database.ReadAsync(
            async session =>
            {
                var tenants = await session.ReadAsync(Tenants, row => row.Id<Tenant>(), [], stop);
                return new Counts(
                    await SumAsync(session, Pending, tenants, [], stop), await SumAsync(session, Running, tenants, [], stop),
                    await SumAsync(session, Deliveries, tenants, [("status", 0)], stop), await SumAsync(session, Deliveries, tenants, [("status", 2)], stop));
            },
            stop);
        _countedAt = now;
    }

    private static async Task<long> SumAsync(SqlSession session, PlainStatement count, List<Id<Tenant>> tenants, Parameter[] more, CancellationToken stop)
    {
        var sum = 0L;
        foreach (var tenant in tenants)
            if (sum < Most)
                sum += (await session.ReadAsync(count, row => row.Long(), [("max", (int)(Most - sum)), ("tenant", tenant.Value), .. more], stop))[0];
        return sum;
    }

    private sealed record Counts(long Pending, long Running, long Owed, long Parked);
}
