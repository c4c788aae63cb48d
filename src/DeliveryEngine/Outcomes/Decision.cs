namespace DeliveryEngine.Outcomes;

/// <summary>What happens to a delivery next.</summary>
internal abstract record Decision
{
    private Decision() { }

    internal sealed record Delivered : Decision;

    /// <summary>Nothing happened: back to its place in the queue.</summary>
    internal sealed record Requeue : Decision;

    /// <summary>Due again after a wait; <paramref name="Counts"/> when it took a place in the schedule.</summary>
    internal sealed record Retry(TimeSpan Wait, bool Counts) : Decision;

    internal sealed record Park(string Reason) : Decision;

    /// <summary>Parked, and its callback gets nothing more. <paramref name="RememberUrl"/>: nor does any other callback with this URL.</summary>
    internal sealed record Disable(string Reason, bool RememberUrl) : Decision;
}
