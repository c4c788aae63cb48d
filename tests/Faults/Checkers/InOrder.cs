using Faults.Histories;

namespace Faults.Checkers;

/// <summary>An ordered callback is sent one event after the other: nothing goes out before what comes before it has come to its end.</summary>
internal static class InOrder
{
    /// <summary>Two machines' clocks are not quite the same.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<string> In(History history)
    {
        var attempts = history.Audit.Attempts.Where(a => a.Round == 1).ToLookup(a => a.DeliveryId); // what is replayed has had its turn
        var owed = history.Audit.Deliveries.ToLookup(d => d.CallbackId);
        foreach (var callback in history.Audit.Callbacks.Where(c => c.Ordering > 0))
        {
            List<DeliveryRow> queue = [.. owed[callback.Id].Where(d => attempts.Contains(d.Id)).OrderBy(d => d.Seq)];
            foreach (var (first, next) in queue.Zip(queue.Skip(1)))
            {
                var ended = attempts[first.Id].Max(a => a.FinishedAt ?? DateTimeOffset.MaxValue);
                var began = attempts[next.Id].Min(a => a.StartedAt);
                if (began < ended - Slack)
                    yield return $"{next.Id} began {(ended - began).TotalSeconds:0.0} s before {first.Id}, which comes before it, had come to its end";
            }
        }
    }
}
