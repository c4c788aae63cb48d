namespace Webhooks.Contract;

/// <summary>Body of <c>POST /replays</c>: send all deliveries that match again, as an operation that survives restarts.</summary>
public sealed record CreateReplay
{
    /// <summary>Which deliveries. Required; an empty one means all that are parked.</summary>
    public ReplayFilter? Filter { get; init; }

    /// <summary>True: only count what matches, and change nothing. Default: false.</summary>
    public bool? DryRun { get; init; }

    /// <summary>How many deliveries per second become due, 0.01 to 100,000. Default: as many as can be written.</summary>
    public double? RatePerSecond { get; init; }
}

/// <summary>Which deliveries are replayed: those that match all that is given.</summary>
public sealed record ReplayFilter
{
    /// <summary>
    /// <see cref="DeliveryStatuses.Parked"/> (the default), <see cref="DeliveryStatuses.Canceled"/>, or <see cref="DeliveryStatuses.Delivered"/>,
    /// which wants one more of these.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>Parked or canceled for this reason, such as <c>retries_exhausted</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Owed to this receiver.</summary>
    public string? ReceiverId { get; init; }

    /// <summary>Of this job.</summary>
    public string? JobId { get; init; }

    /// <summary>One of <see cref="JobEventTypes"/> or <see cref="OperationsEventTypes"/>.</summary>
    public string? EventType { get; init; }

    /// <summary>Of events later than this.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Of events earlier than this; in any case earlier than the replay.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
}
