using Storage.Jobs;

namespace Storage.Deliveries;

/// <summary>What is remembered of a receiver's answers, so that whoever owns it next goes on from there.</summary>
/// <param name="Failures">Receiver's failures without a good answer between them.</param>
/// <param name="Openings">How often the breaker opened since it was last closed; 0 is closed.</param>
/// <param name="FailedCallback">The one callback whose 5xx don't count yet, because no other has failed so.</param>
/// <param name="FailingSince">The first of those failures.</param>
/// <param name="SucceededAt">The last 2xx.</param>
internal sealed record ReceiverHealth(
    int Failures, int Openings, Id<Callback>? FailedCallback, DateTimeOffset? FailingSince, DateTimeOffset? SucceededAt)
{
    /// <summary>Its last answer that says anything about it was a good one.</summary>
    public bool IsProven => SucceededAt is not null && Failures == 0;
}
