namespace Webhooks.Contract;

/// <summary>Everything behind one origin: what is owed to it, how it answers, and what it may get.</summary>
public sealed record ReceiverDocument
{
    /// <summary><c>rcv_</c> and 26 characters.</summary>
    public required string Id { get; init; }

    /// <summary><c>https://host:port</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>One of <see cref="ReceiverStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether it is left alone because it fails.</summary>
    public required BreakerDocument Breaker { get; init; }

    /// <summary>What is owed.</summary>
    public required BacklogDocument Backlog { get; init; }

    /// <summary>What it may get, as far as it was set with <c>PATCH /receivers/{id}</c>.</summary>
    public required ReceiverLimitsDocument Limits { get; init; }

    /// <summary>How many POSTs at once it was last found to take, over all lanes; absent while nothing is known.</summary>
    public int? Concurrency { get; init; }

    /// <summary>The ids of its lanes, where it has more than one; <c>receiver_id</c> of a delivery is its lane's.</summary>
    public IReadOnlyList<string>? LaneIds { get; init; }

    /// <summary>Since when it is held by hand.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Since when what it is owed is parked, because it failed for too long or by hand.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Its first failure since it last answered.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Its last 2xx.</summary>
    public DateTimeOffset? SucceededAt { get; init; }

    /// <summary>When it was first owed something.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The states of a receiver.</summary>
public static class ReceiverStatuses
{
    /// <summary>Gets what is due.</summary>
    public const string Active = "active";

    /// <summary>Its breaker is not closed.</summary>
    public const string Failing = "failing";

    /// <summary>Held by hand: it keeps its backlog and gets nothing.</summary>
    public const string Paused = "paused";

    /// <summary>What it is owed is parked as <c>receiver_disabled</c>, until it is resumed.</summary>
    public const string Disabled = "disabled";
}

/// <summary>The breaker of a receiver; with several lanes, of the lane that fares worst.</summary>
public sealed record BreakerDocument
{
    /// <summary><c>closed</c>; <c>open</c>: nothing is sent; <c>half_open</c>: the next delivery goes alone, and decides.</summary>
    public required string State { get; init; }

    /// <summary>While it is open: until when.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Receiver's failures since it last answered.</summary>
    public required int Failures { get; init; }

    /// <summary>How often it opened since it was last closed; each opening is longer than the one before.</summary>
    public required int Openings { get; init; }
}

/// <summary>What is owed to a receiver.</summary>
public sealed record BacklogDocument
{
    /// <summary>Pending deliveries, counted up to 10,000 (in lists up to 1,000).</summary>
    public required long Pending { get; init; }

    /// <summary>True when there are that many or more.</summary>
    public required bool IsAtLeast { get; init; }

    /// <summary>The earliest due time.</summary>
    public DateTimeOffset? OldestDueAt { get; init; }
}

/// <summary>What was set for a receiver; absent where nothing was.</summary>
public sealed record ReceiverLimitsDocument
{
    /// <summary>POSTs at once.</summary>
    public int? MaxInFlight { get; init; }

    /// <summary>POSTs per second.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Lanes.</summary>
    public required int Lanes { get; init; }
}
