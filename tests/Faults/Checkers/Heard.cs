using Faults.Histories;

namespace Faults.Checkers;

/// <summary>A callback that is gone is sent nothing more, unless a replay has enabled it again.</summary>
internal static class Heard
{
    /// <summary>What was under way goes on, and the database's clock is not the same everywhere.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    public static IEnumerable<string> In(History history)
    {
        var attempts = history.Audit.Attempts.ToLookup(a => a.DeliveryId);
        foreach (var owed in history.Audit.Deliveries.GroupBy(d => d.CallbackId).Where(owed => owed.Count() > 1 && owed.All(d => d.Round == 1)))
        {
            List<AttemptRow> all = [.. owed.SelectMany(d => attempts[d.Id])];
            if (all.Where(a => a.StatusCode == 410).Min(a => a.FinishedAt) is not { } gone)
                continue;
            foreach (var more in all.Where(a => a.StartedAt > gone + Slack && !history.WasDisturbed(gone, a.StartedAt)))
                yield return $"attempt {more.Number} of {more.DeliveryId} began {(more.StartedAt - gone).TotalSeconds:0.0} s after its receiver had said that it is gone";
        }
    }
}
