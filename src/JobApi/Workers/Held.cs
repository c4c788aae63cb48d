using Storage;
using Storage.Jobs;
using Storage.Results;
using Storage.Tenants;

namespace JobApi.Workers;

/// <summary>Whose jobs a worker may touch, and of which types; null for all.</summary>
internal sealed record Reach(Id<Tenant>? Tenant, IReadOnlyList<string>? Types)
{
    /// <summary>For the handlers of this process.</summary>
    public static Reach Everything { get; } = new(null, null);

    public bool Sees(Job job) => (Tenant is null || Tenant == job.TenantId) && Types?.Contains(job.Type) is not false;
}

/// <summary>A job that a worker says it holds: the claim that it names may be over.</summary>
internal readonly record struct Held(Id<Job> Job, long Fence, Reach Reach);

/// <summary>What came of something that a worker told: a value unless the claim is over or never was.</summary>
internal readonly record struct Told<T>(Change Change, T? Value)
    where T : class
{
    public static Told<T> Refused(Change change) => new(change, null);
}

/// <summary>A heartbeat: what is null says nothing new. The checkpoint is minified JSON.</summary>
internal sealed record Pulse(double? Progress, string? Message, byte[]? Checkpoint, TimeSpan? Lease);

/// <summary>Part of the work, as minified JSON.</summary>
internal readonly record struct Output(int ClientSeq, byte[] Data);

/// <summary>Where a job's log and a fence's outputs have come to.</summary>
internal sealed record Appended(int LastSeq, int LastClientSeq);

/// <summary>An upload is the claim's result so far, in the place of the one before.</summary>
internal sealed record Recorded(UploadedResult? Replaced);

/// <summary>The lease as it is now.</summary>
internal sealed record Renewed(DateTimeOffset LeaseExpiresAt, bool CancelRequested);
