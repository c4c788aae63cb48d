using Storage.Gates;
using Storage.Tenants;

namespace Storage.Jobs.Claims;

/// <summary>What one worker would take: jobs of one tenant, or of all of them for a handler host of the service itself.</summary>
internal sealed record ClaimWish(Id<Tenant>? Tenant, IReadOnlyList<string> Types, int Max, string Worker, TimeSpan Lease)
{
    /// <summary>The queues that it would take from.</summary>
    public IEnumerable<JobQueue> Queues(IReadOnlyList<Id<Tenant>> everyTenant) =>
        from tenant in Tenant is { } own ? [own] : everyTenant
        from type in Types
        select new JobQueue(tenant, type);

    /// <summary>Whether this would take whatever the other would.</summary>
    public bool Covers(ClaimWish other) => (Tenant is null || Tenant == other.Tenant) && other.Types.All(Types.Contains);
}

/// <summary>What a round of claims gave to each wish, in their order; <paramref name="MayBeMore"/> when it stopped at its own size.</summary>
internal sealed record ClaimRound(IReadOnlyList<IReadOnlyList<Job>> Given, bool MayBeMore);
