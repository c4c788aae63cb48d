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

    /// <summary>A finer reason, such as <c>certificate_expired</c>.</summary>
    public string? ErrorDetail { get; init; }

    public int? DurationMs { get; init; }

    /// <summary>Parts of <see cref="DurationMs"/>; null where they did not happen, as on a connection that was kept.</summary>
    public int? DnsMs { get; init; }
    public int? ConnectMs { get; init; }
    public int? TlsMs { get; init; }

    /// <summary>From the start until the headers of the answer were there.</summary>
    public int? FirstByteMs { get; init; }

    /// <summary>The beginning of the answer's body as text.</summary>
    public string? Excerpt { get; init; }

    /// <summary>Which engine sent it.</summary>
    public required string Engine { get; init; }
}
