using DeliveryEngine.Outcomes;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Receivers;

/// <summary>A receiver's health, and until when nothing is sent to it. The state is open until then, half open after it, closed without openings.</summary>
internal readonly record struct BreakerState(ReceiverHealth Health, DateTimeOffset HeldUntil)
{
    public bool IsOpen(DateTimeOffset now) => Health.Openings > 0 && HeldUntil > now;

    /// <summary>The next delivery is a probe, and goes alone.</summary>
    public bool IsHalfOpen(DateTimeOffset now) => Health.Openings > 0 && HeldUntil <= now;
}

/// <summary>
/// The rule by which a receiver that fails is left alone: after so many failures without a good answer between them it opens, for 30 s at first,
/// then for 1 min, 2 min, 4 min, 8 min, 15 min, 15 min… plus up to a tenth; each time one probe decides whether it closes or opens again.
/// </summary>
internal sealed class Breaker(int opensAfter, TimeSpan firstWait, TimeSpan longestWait)
{
    /// <summary>The state after one more verdict on the receiver. A failure while it is open is of a POST from before, and opens nothing.</summary>
    public BreakerState After(BreakerState state, Verdict verdict, Id<Callback> callback, DateTimeOffset now) => verdict switch
    {
        Verdict.Works => Closed(state, now),
        Verdict.FailsForOne when IsTheOnlyOne(state.Health, callback) => state with { Health = state.Health with { FailedCallback = callback } },
        Verdict.FailsForOne => Failed(state, state.Health.FailedCallback is null ? 1 : 2, now), // with the one that did not count yet
        Verdict.Fails => Failed(state, 1, now),
        _ => state,
    };

    /// <summary>The n-th opening's wait, without the tenth that is added.</summary>
    public TimeSpan WaitOf(int opening)
    {
        var wait = firstWait;
        for (; opening > 1 && wait < longestWait; opening--)
            wait *= 2;
        return wait < longestWait ? wait : longestWait;
    }

    /// <summary>A lane of the same origin has had a good answer: the failures from before it no longer speak against the origin.</summary>
    public static ReceiverHealth After(ReceiverHealth health, DateTimeOffset goodAnswerElsewhere) =>
        !(goodAnswerElsewhere > health.FailingSince) ? health
        : health.Openings > 0 ? health with { FailingSince = goodAnswerElsewhere }
        : health with { Failures = 0, FailedCallback = null, FailingSince = null };

    public static BreakerState Closed(BreakerState state, DateTimeOffset now) => new(
        state.Health with { Failures = 0, Openings = 0, FailedCallback = null, FailingSince = null },
        state.IsOpen(now) ? now : state.HeldUntil);

    /// <summary>The 5xx of a single callback are its own matter while nothing else speaks against the receiver.</summary>
    private static bool IsTheOnlyOne(ReceiverHealth health, Id<Callback> callback) =>
        health.Failures == 0 && (health.FailedCallback ?? callback) == callback;

    private BreakerState Failed(BreakerState state, int failures, DateTimeOffset now)
    {
        var health = state.Health;
        health = health with { Failures = health.Failures + failures, FailedCallback = null, FailingSince = health.FailingSince ?? now };
        if (state.IsOpen(now) || !state.IsHalfOpen(now) && health.Failures < opensAfter)
            return state with { Health = health };
        health = health with { Openings = health.Openings + 1 };
        var wait = WaitOf(health.Openings);
        var until = now + wait + wait * (Random.Shared.NextDouble() / 10);
        return new(health, until > state.HeldUntil ? until : state.HeldUntil);
    }
}
