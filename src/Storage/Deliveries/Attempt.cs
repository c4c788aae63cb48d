namespace Storage.Deliveries;

/// <summary>One POST of one delivery. The row is written before the POST; an unfinished one is a POST that may have been sent.</summary>
internal sealed class Attempt
{
    public required Id<Delivery> DeliveryId { get; init; }

    /// <summary>1, 2, 3… over all rounds.</summary>
    public required int Number { get; init; }

    public required int Round { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public int? StatusCode { get; init; }

    /// <summary>The error's class, such as <c>timeout</c>; null after a 2xx.</summary>
    public string? Error { get; init; }

    public int? DurationMs { get; init; }

    /// <summary>The beginning of the answer's body as text.</summary>
    public string? Excerpt { get; init; }

    /// <summary>Which engine sent it.</summary>
    public required string Engine { get; init; }
}
