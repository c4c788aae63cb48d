namespace Webhooks.Contract;

/// <summary>Body of <c>PUT /operations-callback</c>.</summary>
public sealed record PutOperationsCallback
{
    /// <summary>Where the events are posted to. Required.</summary>
    public string? Url { get; init; }

    /// <summary>The <see cref="OperationsEventTypes"/> that are wanted. Default: all.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Headers that each delivery carries besides its own. Never shown again.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Signs instead of the tenant's secret: <c>whsec_</c> and base64 of 24 to 64 bytes. Never shown again.</summary>
    public Secret? Secret { get; init; }
}

/// <summary>Who is told of what happens to deliveries and receivers, without its headers and its secret.</summary>
public sealed record OperationsCallbackDocument
{
    /// <summary><c>cb_</c> and 26 characters.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// What stands for a job in the deliveries of these events, <c>GET /deliveries?job_id=…</c>: <c>job_</c> and 26 characters. There is no
    /// such job.
    /// </summary>
    public required string LogId { get; init; }

    /// <summary>Where the events are posted to.</summary>
    public required string Url { get; init; }

    /// <summary>The origin that the callback belongs to: <c>rcv_</c> and 26 characters.</summary>
    public required string ReceiverId { get; init; }

    /// <summary>The <see cref="OperationsEventTypes"/> that it gets.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>One of <see cref="CallbackStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is disabled, such as <c>gone</c>; putting it again makes it active.</summary>
    public string? Reason { get; init; }
}

/// <summary>What the operations callback is told of. The list is open: a newer service may tell of more.</summary>
public static class OperationsEventTypes
{
    /// <summary>
    /// Deliveries were given up for now; a replay sends them again. One event tells of all that one receiver lost for one reason at one moment:
    /// <c>count</c> says how many, <c>deliveries</c> names the first twenty.
    /// </summary>
    public const string DeliveryParked = "delivery.parked";

    /// <summary>A callback gets nothing more, because its receiver said so.</summary>
    public const string CallbackDisabled = "callback.disabled";

    /// <summary>A receiver has failed for so long that it gets nothing more.</summary>
    public const string ReceiverDisabled = "receiver.disabled";

    /// <summary>A receiver gets deliveries again.</summary>
    public const string ReceiverEnabled = "receiver.enabled";

    /// <summary>A receiver fails and is left alone for a while.</summary>
    public const string BreakerOpened = "breaker.opened";

    /// <summary>A receiver that was left alone has recovered.</summary>
    public const string BreakerClosed = "breaker.closed";
}
