using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tenants;

namespace Storage.Operations;

/// <summary>Something that befell a delivery, a callback or a receiver, and that its tenant's administrator may want to hear of.</summary>
internal sealed record Happening
{
    public required JobEventType Type { get; init; }
    public required Id<Tenant> TenantId { get; init; }
    public required Id<Receiver> ReceiverId { get; init; }

    /// <summary>The receiver's origin: all of an URL that is told.</summary>
    public required string Origin { get; init; }

    public string? Reason { get; init; }

    /// <summary>When the receiver is tried again, where that is known.</summary>
    public DateTimeOffset? Until { get; init; }

    public Id<Delivery>? DeliveryId { get; init; }

    /// <summary>The delivery's round: one that was replayed meanwhile was not parked.</summary>
    public int? Round { get; init; }

    public Id<Callback>? CallbackId { get; init; }
    public Id<Job>? JobId { get; init; }

    public static Happening Parked(Settlement settled, string origin) => Of(JobEventType.DeliveryParked, settled.Delivery, settled.Reason, origin) with
    {
        DeliveryId = settled.Delivery.Id, Round = settled.Delivery.Round,
    };

    public static Happening Disabled(Settlement settled, string origin) =>
        Of(JobEventType.CallbackDisabled, settled.Delivery, settled.DisableCallback, origin);

    /// <summary>One of the receiver's own: disabled, enabled, its breaker opened or closed.</summary>
    public static Happening Of(JobEventType type, LeasedReceiver receiver, string? reason = null, DateTimeOffset? until = null) => new()
    {
        Type = type, TenantId = receiver.TenantId, ReceiverId = receiver.Id, Origin = receiver.Origin, Reason = reason, Until = until,
    };

    public static Happening Of(JobEventType type, Receiver receiver) => new()
    {
        Type = type, TenantId = receiver.TenantId, ReceiverId = receiver.Id, Origin = receiver.Origin,
    };

    private static Happening Of(JobEventType type, OwedDelivery delivery, string? reason, string origin) => new()
    {
        Type = type, TenantId = delivery.TenantId, ReceiverId = delivery.ReceiverId, Origin = origin, Reason = reason,
        CallbackId = delivery.CallbackId, JobId = delivery.JobId,
    };
}
