using Storage.Deliveries;

namespace DeliveryEngine.Outcomes;

/// <summary>The one place that says what follows from an outcome.</summary>
internal sealed class StatusTable(Schedule schedule, TimeSpan throttleFloor)
{
    private static readonly TimeSpan LongestAskedWait = TimeSpan.FromHours(24);
    private static readonly TimeSpan ShortestOwnFaultWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestOwnFaultWait = TimeSpan.FromMinutes(10);

    /// <param name="outcome">What came of the attempt.</param>
    /// <param name="delivery">As it was when the attempt was begun.</param>
    /// <param name="own">The callback's own schedule, where it has one.</param>
    /// <param name="now">The time of the decision.</param>
    public Decision Decide(Outcome outcome, OwedDelivery delivery, Schedule? own, DateTimeOffset now) =>
        Decide(outcome, delivery, now, own ?? schedule);

    private Decision Decide(Outcome outcome, OwedDelivery delivery, DateTimeOffset now, Schedule waits) => outcome switch
    {
        { Directive: Directive.Disable } => new Decision.Disable("disabled_by_receiver", RememberUrl: true),
        { Directive: Directive.Abort } => new Decision.Park("refused_by_receiver"),
        Outcome.Accepted => new Decision.Delivered(),
        _ when SaysGone(outcome) => new Decision.Disable("gone", RememberUrl: true),
        _ when Throttles(outcome) => Retry(waits, delivery, Longer(throttleFloor, Bounded(AskedToWait(outcome)))),
        Outcome.Refused or Outcome.Unreached => Retry(waits, delivery, Bounded(AskedToWait(outcome))),
        Outcome.Blocked => new Decision.Park("blocked_address"),
        Outcome.OurFault fault when now - delivery.RoundAt > waits.WholeTime => new Decision.Park(fault.Why),
        Outcome.OurFault => new Decision.Retry(OwnFaultWait(now - delivery.RoundAt), Counts: false),
        Outcome.NotSent => new Decision.Requeue(),
        Outcome.KnownGone gone => new Decision.Disable(gone.Reason, RememberUrl: false),
        _ => throw new NotSupportedException(outcome.ToString()),
    };

    /// <summary>
    /// What an outcome says about the receiver as a whole. A 5xx may be one callback's own matter; any other answer but 429 shows that the
    /// receiver is there; our own faults and what was not sent say nothing.
    /// </summary>
    public static Verdict VerdictOf(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => Verdict.Works,
        Outcome.Refused { Status: 429 } or Outcome.Unreached => Verdict.Fails,
        Outcome.Refused { Status: >= 500 } => Verdict.FailsForOne,
        Outcome.Refused => Verdict.Works,
        _ => Verdict.None,
    };

    /// <summary>True when the receiver as a whole should be spared for a while.</summary>
    public static bool Throttles(Outcome outcome) =>
        outcome is Outcome.Refused { Status: 429 or 502 or 503 or 504 } or Outcome.Unreached { Why: "timeout" }
            or Outcome.Unreached { Status: 429 or 502 or 503 or 504 };

    /// <summary>True when the callback wants nothing more, so that what waits for it need not be sent either.</summary>
    public static bool EndsCallback(Outcome outcome) =>
        outcome is { Directive: Directive.Disable } or Outcome.KnownGone || SaysGone(outcome);

    /// <summary>The status is said, whether or not the rest of the answer comes.</summary>
    private static bool SaysGone(Outcome outcome) => outcome is Outcome.Refused { Status: 410 } or Outcome.Unreached { Status: 410 };

    private static TimeSpan? AskedToWait(Outcome outcome) => outcome switch
    {
        Outcome.Refused refused => refused.AskedToWait,
        Outcome.Unreached unreached => unreached.AskedToWait,
        _ => null,
    };

    /// <summary>A tenth of the round's age, 10 s to 10 min: soon after a hiccup, and some 500 attempt rows over the whole default schedule.</summary>
    private static TimeSpan OwnFaultWait(TimeSpan age) =>
        age / 10 < ShortestOwnFaultWait ? ShortestOwnFaultWait : age / 10 < LongestOwnFaultWait ? age / 10 : LongestOwnFaultWait;

    private static Decision Retry(Schedule waits, OwedDelivery delivery, TimeSpan atLeast) =>
        waits.WaitAfter(delivery.Failures + 1) is { } wait
            ? new Decision.Retry(Longer(wait, atLeast), Counts: true)
            : new Decision.Park("retries_exhausted");

    private static TimeSpan Bounded(TimeSpan? asked) =>
        asked is not { } wait || wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestAskedWait ? wait : LongestAskedWait;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
