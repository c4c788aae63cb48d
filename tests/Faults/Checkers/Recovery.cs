using Faults.Histories;

namespace Faults.Checkers;

/// <summary>
/// How soon a delivery that was under way in a killed engine is tried again: since the kill where another engine is there to do it, else since the
/// process was there again.
/// </summary>
internal static class Recovery
{
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(5);

    public static IEnumerable<string> In(History history) =>
        from recovered in Times(history)
        where recovered.Took > history.Terms.Lease + Allowance
        select $"{recovered.Kill.Target} was killed at {recovered.Kill.From:HH:mm:ss.fff}; what it had under way was tried again only after {recovered.Took.TotalSeconds:0.0} s";

    /// <summary>Kills that left something under way, and that nothing else followed before it was taken up.</summary>
    public static IEnumerable<(Disturbance Kill, TimeSpan Took)> Times(History history)
    {
        var attempts = history.Audit.Attempts.ToDictionary(a => (a.DeliveryId, a.Number));
        foreach (var kill in history.Disturbances.Where(d => d.Harm == Harm.Kill))
        {
            var again = attempts.Values
                .Where(a => a.Error == "engine_lost" && a.StartedAt <= kill.From && a.FinishedAt > kill.From)
                .Select(a => attempts.GetValueOrDefault((a.DeliveryId, a.Number + 1)))
                .Where(a => a is not null && !IsOld(a, kill)).Select(a => a!.StartedAt).DefaultIfEmpty().Min();
            var since = history.Terms.Database == "Sqlite" ? kill.Until : kill.From;
            if (again != default && !history.Disturbances.Any(d => d != kill && d.Touches(kill.From, again)))
                yield return (kill, again > since ? again - since : TimeSpan.Zero);
        }
    }

    private static bool IsOld(AttemptRow attempt, Disturbance kill) => attempt.StartedAt < kill.From;
}
