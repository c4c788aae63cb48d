namespace Webhooks.Contract;

/// <summary>One POST of one delivery. It is written before the send, so an attempt without an end was cut short.</summary>
public sealed record AttemptDocument
{
    /// <summary>1, 2, 3… within the delivery.</summary>
    public required int Number { get; init; }

    /// <summary>The round that it belongs to.</summary>
    public required int Round { get; init; }

    /// <summary>When the send began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its outcome was known.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What the receiver answered; null if it didn't.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The class of what went wrong, such as <c>timeout</c>.</summary>
    public string? Error { get; init; }

    /// <summary>Milliseconds from start to outcome.</summary>
    public long? DurationMs { get; init; }

    /// <summary>The beginning of the answer's body: at most 4 KiB.</summary>
    public string? ResponseExcerpt { get; init; }

    /// <summary>The process that sent it.</summary>
    public string? Engine { get; init; }
}
