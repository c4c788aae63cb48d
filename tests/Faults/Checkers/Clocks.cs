using Faults.Histories;

namespace Faults.Checkers;

internal static class Clocks
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);

    public static IEnumerable<string> In(History history)
    {
        var (audit, from, until) = (history.Audit, history.Terms.From - Slack, (history.Terms.DoneAt ?? DateTimeOffset.MaxValue.AddYears(-1)) + Slack);
        IEnumerable<(string What, DateTimeOffset At)> times =
        [
            .. audit.Jobs.Select(j => (j.Id, j.CreatedAt)),
            .. audit.Jobs.Where(j => j.FinishedAt is not null).Select(j => (j.Id, j.FinishedAt!.Value)),
            .. audit.Events.Select(e => ($"event {e.Seq} of {e.JobId}", e.At)),
            .. audit.Attempts.Select(a => ($"attempt {a.Number} of {a.DeliveryId} by {a.Engine}", a.StartedAt)),
        ];
        foreach (var (what, at) in times.Where(t => t.At < from || t.At > until))
            yield return $"{what} has the time {at:O}, which is outside of the run";
        var jobs = audit.Jobs.ToDictionary(j => j.Id);
        foreach (var call in history.Calls.Where(c => c is { Kind: CallKind.Submit, Key: null, Result: CallResult.Ok }))
            if (jobs.TryGetValue(call.JobId!, out var job) && (job.CreatedAt < call.From - Slack || job.CreatedAt > call.Until + Slack))
                yield return $"{job.Id} was made at {job.CreatedAt:O}, by a call from {call.From:O} to {call.Until:O}";
    }
}
