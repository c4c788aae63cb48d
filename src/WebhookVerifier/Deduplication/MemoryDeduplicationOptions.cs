namespace WebhookVerifier;

/// <summary>How much, and how long, <see cref="MemoryDeduplication"/> remembers.</summary>
public sealed class MemoryDeduplicationOptions : DeduplicationOptions
{
    /// <summary>Events remembered at most. Default 100,000 (some 30 MB); 1 to 100,000,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another value.</exception>
    public int Capacity
    {
        get;
        set => field = value is >= 1 and <= 100_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Capacity is 1 to 100,000,000 events.");
    } = 100_000;
}
