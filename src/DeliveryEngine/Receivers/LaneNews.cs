using Storage.Deliveries;

namespace DeliveryEngine.Receivers;

/// <summary>
/// Something that one lane of an origin found out: it holds for the others. So a dead origin is found dead once, probed by one lane, and closed,
/// disabled or spared as a whole.
/// </summary>
internal sealed record LaneNews(LeasedReceiver Teller, LaneState Was, LaneState Is)
{
    public bool IsAny => Opened || Closed || Disabled || Spared || HasGone;

    private bool Opened => Is.Health.Openings > Was.Health.Openings;
    private bool Closed => Is.Health.Openings < Was.Health.Openings;
    private bool Disabled => Is.DisabledAt is not null && Was.DisabledAt is null;
    private bool Spared => !Opened && !Closed && Is.HeldUntil > Was.HeldUntil;
    private bool HasGone => Is.GoneUntil > Was.GoneUntil;

    /// <summary>What another lane makes of it.</summary>
    /// <param name="lane">The other lane as it is.</param>
    /// <param name="probe">How long a probe may take: for so long the others leave it to the lane that opened last.</param>
    /// <param name="now">The time.</param>
    public LaneState HeardBy(LaneState lane, TimeSpan probe, DateTimeOffset now)
    {
        if (HasGone)
            lane = lane with { GoneUntil = Later(lane.GoneUntil, Is.GoneUntil) };
        if (Disabled) // due at once, so that what it is owed is parked
            return lane with { DisabledAt = lane.DisabledAt ?? Is.DisabledAt, HeldUntil = now };
        if (Closed)
        {
            var closed = Breaker.Closed(new(lane.Health, lane.HeldUntil), now);
            return lane with { Health = closed.Health, HeldUntil = closed.HeldUntil };
        }
        if (Opened)
            return HearsOfFailures(lane, probe);
        return Spared ? lane with { HeldUntil = Later(lane.HeldUntil, Is.HeldUntil) } : lane;
    }

    /// <summary>
    /// Failures count while there is no good answer between them, and this lane may have had one. Who opened later, or for longer, probes; the
    /// other waits until that must be over.
    /// </summary>
    private LaneState HearsOfFailures(LaneState lane, TimeSpan probe)
    {
        var (mine, told) = (lane.Health, Is.Health);
        if (mine.SucceededAt > told.FailingSince)
            return lane;
        var probesItself = mine.Openings >= told.Openings && lane.HeldUntil >= Is.HeldUntil;
        return lane with
        {
            Health = mine with
            {
                Openings = Math.Max(mine.Openings, told.Openings), Failures = Math.Max(mine.Failures, told.Failures), FailedCallback = null,
                FailingSince = mine.FailingSince < told.FailingSince ? mine.FailingSince : told.FailingSince,
            },
            HeldUntil = probesItself ? lane.HeldUntil : Later(lane.HeldUntil, Is.HeldUntil + probe),
        };
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
