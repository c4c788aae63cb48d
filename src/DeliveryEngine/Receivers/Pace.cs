namespace DeliveryEngine.Receivers;

/// <summary>
/// A rate limit as one time, up to which the allowance is used up: each POST moves it by 1/rate, and it may run ahead of the clock by a second, or
/// by one POST where that is longer. At 5 a second: 5 at once, then one each 200 ms. Who owns the receiver next goes on from the same time.
/// </summary>
internal static class Pace
{
    /// <summary>How many may be begun now.</summary>
    public static int Allowed(double? rate, DateTimeOffset usedUpTo, DateTimeOffset now)
    {
        if (rate is not { } perSecond)
            return int.MaxValue;
        var ahead = usedUpTo > now ? usedUpTo - now : TimeSpan.Zero;
        return Math.Max(0, (int)((Burst(perSecond) - ahead).TotalSeconds * perSecond + 1e-6));
    }

    public static DateTimeOffset After(double? rate, DateTimeOffset usedUpTo, DateTimeOffset now, int begun) =>
        rate is { } perSecond && begun > 0 ? Whole((usedUpTo > now ? usedUpTo : now).AddSeconds(begun / perSecond)) : usedUpTo;

    /// <summary>When the next one may be begun.</summary>
    public static DateTimeOffset NextAt(double rate, DateTimeOffset usedUpTo) => Whole(usedUpTo.AddSeconds(1 / rate) - Burst(rate));

    private static TimeSpan Burst(double rate) => TimeSpan.FromSeconds(Math.Max(1, 1 / rate));

    /// <summary>Up to a whole millisecond, since that is what is stored.</summary>
    private static DateTimeOffset Whole(DateTimeOffset time) =>
        time.Ticks % TimeSpan.TicksPerMillisecond is var rest && rest == 0 ? time : time.AddTicks(TimeSpan.TicksPerMillisecond - rest);
}
