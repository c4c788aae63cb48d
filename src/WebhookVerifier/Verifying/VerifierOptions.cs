namespace WebhookVerifier;

/// <summary>How strict a <see cref="Verifier"/> is about time.</summary>
public sealed class VerifierOptions
{
    /// <summary>
    /// How far a timestamp may lie from now, in either direction, inclusive. Default 5 minutes; 1 second to 1 day, whole seconds.
    /// A wider window gives whoever captured a webhook more time to send it again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Another value. There is no "off".</exception>
    public TimeSpan Tolerance
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(1) && value.Ticks % TimeSpan.TicksPerSecond == 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Tolerance is 1 second to 1 day, in whole seconds.");
    } = TimeSpan.FromMinutes(5);
}
