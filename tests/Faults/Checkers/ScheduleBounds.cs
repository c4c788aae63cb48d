using Faults.Histories;

namespace Faults.Checkers;

internal static class ScheduleBounds
{
    /// <summary>Rows hold whole milliseconds, and a process reads the database's clock anew each minute.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);

    /// <summary>Two machines' clocks are not quite the same, the less so the longer a busy database takes to tell the time.</summary>
    private static readonly TimeSpan SlackBetweenEngines = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<string> In(History history)
    {
        foreach (var round in history.Audit.Attempts.GroupBy(a => (a.DeliveryId, a.Round)))
        {
            List<AttemptRow> ordered = [.. round.OrderBy(a => a.Number)];
            var failures = 0;
            foreach (var (first, next) in ordered.Zip(ordered.Skip(1)))
            {
                if (first.Succeeded)
                    yield return $"attempt {next.Number} of {first.DeliveryId} came after {first.Number} had been accepted";
                if (!first.Counts)
                    continue;
                failures++;
                var atLeast = Bound(first, failures, history.Terms);
                var gap = next.StartedAt - (first.FinishedAt ?? first.StartedAt);
                if (gap < atLeast - (first.Engine == next.Engine ? Slack : SlackBetweenEngines))
                    yield return $"attempt {next.Number} of {first.DeliveryId} came after {gap.TotalSeconds:0.00} s instead of {atLeast.TotalSeconds:0.00} s";
            }
            if (failures >= history.Terms.Schedule.Count)
                yield return $"{round.Key.DeliveryId} failed {failures} times and was tried again, by a schedule of {history.Terms.Schedule.Count}";
        }
    }

    private static TimeSpan Bound(AttemptRow attempt, int failures, Terms terms)
    {
        var wait = failures < terms.Schedule.Count ? terms.Schedule[failures] : TimeSpan.Zero;
        var floor = attempt.StatusCode == 429 ? terms.AskedToWait : attempt.StatusCode is 502 or 503 or 504 || attempt.Error == "timeout" ? terms.ThrottleFloor : TimeSpan.Zero;
        return floor > wait ? floor : wait;
    }
}
