namespace Webhooks.Contract;

/// <summary>One event owed to one callback.</summary>
public sealed record DeliveryDocument
{
    /// <summary><c>dlv_</c> and 26 characters.</summary>
    public required string Id { get; init; }

    /// <summary>The job that changed.</summary>
    public required string JobId { get; init; }

    /// <summary>Whom it is owed to.</summary>
    public required string CallbackId { get; init; }

    /// <summary>The origin that the callback belongs to: <c>rcv_</c> and 26 characters.</summary>
    public required string ReceiverId { get; init; }

    /// <summary>One of <see cref="JobEventTypes"/>.</summary>
    public required string EventType { get; init; }

    /// <summary>The event's number within its job.</summary>
    public required int Seq { get; init; }

    /// <summary>One of <see cref="DeliveryStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is parked or canceled, such as <c>retries_exhausted</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>1, and one more for each replay.</summary>
    public required int Round { get; init; }

    /// <summary>How often it was sent, in all rounds.</summary>
    public required int Attempts { get; init; }

    /// <summary>When a pending one is sent next.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When it was first accepted; a replay leaves it.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When the event happened.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The states of a delivery.</summary>
public static class DeliveryStatuses
{
    /// <summary>Will be sent, or sent again.</summary>
    public const string Pending = "pending";

    /// <summary>Accepted by the receiver.</summary>
    public const string Delivered = "delivered";

    /// <summary>Given up for now; a replay sends it again.</summary>
    public const string Parked = "parked";

    /// <summary>No longer wanted: its callback was disabled or deleted.</summary>
    public const string Canceled = "canceled";
}
