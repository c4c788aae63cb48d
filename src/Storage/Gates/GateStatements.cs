using Storage.Sql;
using Storage.Tenants;

namespace Storage.Gates;

/// <summary>The SQL of gates and of what runs behind them.</summary>
internal static class GateStatements
{
    private static readonly Column<JobQueue>[] Key = [Col.Id<JobQueue, Tenant>("TenantId", q => q.Tenant), Col.Name<JobQueue>("Type", q => q.Type)];

    /// <summary>Locks gates until the commit, in the same order for everybody.</summary>
    public static readonly Statement<JobQueue> Lock = new(
        """
        SELECT j.TenantId, j.Type, j.PausedAt, j.MaxRunning FROM {rows} r, Gates AS j {lock}
        WHERE j.TenantId = r.TenantId AND j.Type = r.Type ORDER BY j.TenantId, j.Type {for update of j}
        """,
        Key);

    public static readonly PlainStatement OfTenant = new(
        "SELECT g.TenantId, g.Type, g.PausedAt, g.MaxRunning FROM Gates AS g WHERE g.TenantId = @tenant");

    public static readonly Statement<JobQueue> CountRunning = new(
        """
        SELECT r.TenantId, r.Type, (
            SELECT CAST(COUNT(j.Id) AS int) FROM Jobs AS j WHERE j.Status = 1 AND j.TenantId = r.TenantId AND j.Type = r.Type)
        FROM {rows} r
        """,
        Key);

    public static readonly Statement<JobQueue> CountRunningOfTenant = new(
        """
        SELECT r.TenantId, r.Type, (SELECT CAST(COUNT(j.Id) AS int) FROM Jobs AS j WHERE j.Status = 1 AND j.TenantId = r.TenantId)
        FROM {rows} r
        """,
        Key);

    public static Gate Read(Row row) => new()
    {
        TenantId = row.Id<Tenant>(), Type = row.Text(), PausedAt = row.MaybeTime(), MaxRunning = row.MaybeInt(),
    };

    public static KeyValuePair<JobQueue, int> ReadCount(Row row) => new(new(row.Id<Tenant>(), row.Text()), row.Int());
}
