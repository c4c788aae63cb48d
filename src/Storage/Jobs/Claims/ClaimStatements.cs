using Storage.Gates;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Jobs.Claims;

/// <summary>The jobs of one queue and one priority: a stretch of the index that is in the order of due times.</summary>
internal readonly record struct ClaimLane(JobQueue Queue, int Priority, int Max);

/// <summary>A job that may be claimed, without what it carries.</summary>
internal readonly record struct Candidate(Id<Job> Id, JobQueue Queue, int Priority, DateTimeOffset DueAt);

internal static class ClaimStatements
{
    private static readonly Column<ClaimLane>[] Lane =
    [
        Col.Id<ClaimLane, Tenant>("TenantId", l => l.Queue.Tenant), Col.Name<ClaimLane>("Type", l => l.Queue.Type),
        Col.Int<ClaimLane>("Priority", l => l.Priority),
    ];

    /// <summary>
    /// The oldest due jobs of each lane that, unless they were started before, are not past their deadline; locked, and what others hold is
    /// skipped. A lane ends where the future begins, so jobs that are scheduled for later cost nothing, however many and urgent.
    /// </summary>
    public static readonly Statement<ClaimLane> Due = new(
        """
        SELECT p.* FROM {rows} r {lateral} (
            SELECT {top:r.Wanted} j.Id, j.TenantId, j.Type, j.Priority, j.DueAt FROM Jobs AS j {claim}
            WHERE j.Status = 0 AND j.TenantId = r.TenantId AND j.Type = r.Type AND j.Priority = r.Priority AND j.DueAt <= @now
                AND (j.StartBy IS NULL OR j.StartBy > @now OR j.StartedAt IS NOT NULL)
            ORDER BY j.DueAt {limit:r.Wanted} {for claim}) AS p
        """,
        [.. Lane, Col.Int<ClaimLane>("Wanted", l => l.Max)]);

    /// <summary>When the next job of each lane becomes due.</summary>
    public static readonly Statement<ClaimLane> NextDue = new(
        """
        SELECT p.* FROM {rows} r {lateral} (
            SELECT {top:1} j.DueAt FROM Jobs AS j
            WHERE j.Status = 0 AND j.TenantId = r.TenantId AND j.Type = r.Type AND j.Priority = r.Priority AND j.DueAt > @now
            ORDER BY j.DueAt {limit:1}) AS p
        """,
        Lane);

    /// <summary>Every tenant; a deployment has few.</summary>
    public static readonly PlainStatement Tenants = new("SELECT t.Id FROM Tenants AS t");

    public static Candidate Read(Row row) => new(row.Id<Job>(), new(row.Id<Tenant>(), row.Text()), row.Int(), row.Time());
}
