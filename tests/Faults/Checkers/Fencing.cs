using Faults.Histories;

namespace Faults.Checkers;

internal static class Fencing
{
    /// <summary>Two machines follow the database's clock; so far apart may they be.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<string> In(History history)
    {
        foreach (var delivery in history.Audit.Attempts.GroupBy(a => a.DeliveryId))
        {
            List<AttemptRow> ordered = [.. delivery.OrderBy(a => a.Number)];
            foreach (var (first, next) in ordered.Zip(ordered.Skip(1)))
                if (first.FinishedAt is not { } finished || finished > next.StartedAt + Slack)
                    yield return $"attempt {next.Number} of {delivery.Key} by {next.Engine} began before {first.Number} by {first.Engine} had ended";
        }
        // Work may go on in a process whose lease is over; without a fault, it never is.
        foreach (var job in history.Requests.Where(r => r.Receiver == "work").GroupBy(r => r.Id))
        {
            List<Received> ordered = [.. job.OrderBy(r => r.At)];
            foreach (var (first, next) in ordered.Zip(ordered.Skip(1)))
                if ((first.Until is not { } until || until > next.At + Slack) && !history.WasDisturbed(first.At, next.At))
                    yield return $"{job.Key} was worked on by requests {first.Number} and {next.Number} at once";
        }
    }
}
