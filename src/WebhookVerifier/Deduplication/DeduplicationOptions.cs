namespace WebhookVerifier;

/// <summary>How long a store remembers.</summary>
public class DeduplicationOptions
{
    /// <summary>
    /// How long an unfinished claim holds the event. Default 60 seconds; 1 second to 1 day. Longer than the slowest handler, or the
    /// event is handled twice; not much longer, for an event whose handler crashed waits this long.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Another value.</exception>
    public TimeSpan Lease
    {
        get;
        set => field = InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "Lease is 1 second to 1 day.");
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a handled event is remembered. Default 7 days; 1 minute to 366 days. At least as long as the sender retries and
    /// replays: the timestamp's tolerance is no substitute, since every retry is signed afresh.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Another value.</exception>
    public TimeSpan Retention
    {
        get;
        set => field = InRange(value, TimeSpan.FromMinutes(1), TimeSpan.FromDays(366), "Retention is 1 minute to 366 days.");
    } = TimeSpan.FromDays(7);

    private static TimeSpan InRange(TimeSpan value, TimeSpan least, TimeSpan most, string rule) =>
        value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(nameof(value), value, rule);
}
