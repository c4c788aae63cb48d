using Storage.Deliveries;
using Storage.Tenants;

namespace Storage.Jobs;

internal enum CallbackStatus { Active = 0, Disabled = 1, Deleted = 2 }

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

    public CallbackStatus Status { get; set; }

    /// <summary>Why it is disabled.</summary>
    public string? Reason { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
