using Faults.Histories;

namespace Faults.Checkers;

internal static class Liveness
{
    public static IEnumerable<string> In(History history)
    {
        if (history.Terms.DoneAt is not null)
            yield break;
        foreach (var job in history.Audit.Jobs.Where(j => j.Status < Codes.JobFirstTerminal))
            yield return $"{job.Id} is still {(job.Status == 0 ? "pending" : "running")} at version {job.Version}, attempt {job.Attempt} of {job.MaxAttempts}";
        foreach (var delivery in history.Audit.Deliveries.Where(d => d.Status == Codes.DeliveryPending))
            yield return $"{delivery.Id} is still pending after {delivery.Attempts} attempts";
        yield return "not everything came to an end in time";
    }
}
