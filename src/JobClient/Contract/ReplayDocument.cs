namespace Webhooks.Contract;

/// <summary>The replay of all deliveries that match a filter.</summary>
public sealed record ReplayDocument
{
    /// <summary><c>rpl_</c> and 26 characters.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="ReplayStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Which deliveries, as asked for, with the status that was meant.</summary>
    public required ReplayFilter Filter { get; init; }

    /// <summary>How many deliveries per second become due; null: as many as can be written.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>How many deliveries matched when the replay was asked for.</summary>
    public required int Matched { get; init; }

    /// <summary>How many it made due so far. Whether they arrive is in the deliveries.</summary>
    public required int Replayed { get; init; }

    /// <summary>How many matched but were left alone: their callback is deleted, their receiver is disabled, or something else replayed them first.</summary>
    public required int Skipped { get; init; }

    /// <summary>0 to 100, by what matched.</summary>
    public required double Progress { get; init; }

    /// <summary>It goes from old to new, and has looked at the deliveries of all events up to this time.</summary>
    public DateTimeOffset? ReachedAt { get; init; }

    /// <summary>When it was asked for; later deliveries are not replayed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was completed or canceled.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>The answer to a dry run.</summary>
public sealed record ReplayCount
{
    /// <summary>How many deliveries match now.</summary>
    public required int Count { get; init; }

    /// <summary>Which deliveries, as asked for, with the status that was meant.</summary>
    public required ReplayFilter Filter { get; init; }
}

/// <summary>The states of a replay.</summary>
public static class ReplayStatuses
{
    /// <summary>Makes deliveries due, batch by batch.</summary>
    public const string Running = "running";

    /// <summary>Waits to be resumed.</summary>
    public const string Paused = "paused";

    /// <summary>Has looked at all of them.</summary>
    public const string Completed = "completed";

    /// <summary>Was ended before.</summary>
    public const string Canceled = "canceled";
}
