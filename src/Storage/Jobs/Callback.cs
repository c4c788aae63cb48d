using Storage.Deliveries;
using Storage.Tenants;

namespace Storage.Jobs;

internal enum CallbackStatus { Active = 0, Disabled = 1, Deleted = 2 }

/// <summary>Whether a callback's events wait for one another.</summary>
internal enum Ordering
{
    /// <summary>Each is sent when it is due.</summary>
    None = 0,

    /// <summary>An event waits until the one before it is delivered; a parked one holds up the rest.</summary>
    Block = 1,

    /// <summary>An event waits until the one before it is delivered or parked.</summary>
    Skip = 2,
}

/// <summary>A URL registered for one job.</summary>
internal sealed class Callback : INamed
{
    public static string Prefix => "cb_";

    public required Id<Callback> Id { get; init; }
    public required Id<Tenant> TenantId { get; init; }
    public required Id<Job> JobId { get; init; }

    /// <summary>The canonical URL: ASCII host, no fragment, no credentials.</summary>
    public required string Url { get; init; }

    public required Id<Receiver> ReceiverId { get; init; }
    public required EventSet Events { get; init; }

    /// <summary>Its own headers and signing secret, encrypted by <see cref="SecretBox"/>; null where it has neither.</summary>
    public byte[]? Private { get; init; }

    public Ordering Ordering { get; init; }

    /// <summary>Its own waits in seconds, such as <c>0,5,30</c>; null: those of the deployment.</summary>
    public string? Schedule { get; init; }

    public CallbackStatus Status { get; set; }

    /// <summary>Why it is disabled.</summary>
    public string? Reason { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
