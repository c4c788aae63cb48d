using System.Globalization;

namespace DeliveryEngine.Outcomes;

/// <summary>
/// When a delivery is tried again: at once, 5 s, 30 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. That is 11 attempts over 75 h 35 min 35 s,
/// the schedule of Standard Webhooks 1.0.0 with a longer tail. Jitter of up to a tenth is only ever added.
/// </summary>
internal sealed class Schedule(IReadOnlyList<TimeSpan>? waits)
{
    private static readonly TimeSpan[] Default =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    private readonly IReadOnlyList<TimeSpan> _waits = waits is { Count: > 0 } ? waits : Default;

    /// <summary>A callback's own, as it is stored: seconds with commas between them.</summary>
    public static Schedule? Of(string? seconds) =>
        seconds is null ? null : new([.. seconds.Split(',').Select(wait => TimeSpan.FromSeconds(int.Parse(wait, CultureInfo.InvariantCulture)))]);

    public int Attempts => _waits.Count;

    /// <summary>The sum of all waits.</summary>
    public TimeSpan WholeTime => TimeSpan.FromTicks(_waits.Sum(w => w.Ticks));

    /// <summary>The wait after the n-th failure, or null when that was the last attempt.</summary>
    public TimeSpan? WaitAfter(int failures) =>
        failures >= _waits.Count ? null : _waits[failures] + _waits[failures] * (Random.Shared.NextDouble() / 10);
}
