using Storage.Jobs;
using Storage.Tenants;

namespace Storage.Gates;

/// <summary>
/// What stands before the jobs of one type, or of a whole tenant: closed, or so many at once. A row is there only while it restricts, so
/// that what has no limit pays for none. Whoever claims behind a gate holds its row until the commit.
/// </summary>
internal sealed class Gate
{
    /// <summary>The <see cref="Type"/> of a tenant's own gate, before all of its types.</summary>
    public const string WholeTenant = "";

    public required Id<Tenant> TenantId { get; init; }

    public required string Type { get; init; }

    /// <summary>Since when the type is paused.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>How many jobs run at once at the most.</summary>
    public int? MaxRunning { get; set; }

    public bool Restricts => PausedAt is not null || MaxRunning is not null;
}

/// <summary>The jobs of one type and tenant: what claims choose from, and gates stand before.</summary>
internal readonly record struct JobQueue(Id<Tenant> Tenant, string Type) : IComparable<JobQueue>
{
    public static JobQueue Of(Job job) => new(job.TenantId, job.Type);

    public static JobQueue Whole(Id<Tenant> tenant) => new(tenant, Gate.WholeTenant);

    /// <summary>The order in which everybody takes the locks of gates.</summary>
    public int CompareTo(JobQueue other)
    {
        var byTenant = Tenant.CompareTo(other.Tenant);
        return byTenant != 0 ? byTenant : string.CompareOrdinal(Type, other.Type);
    }
}
