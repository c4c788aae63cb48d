using Faults.Histories;

namespace Faults.Checkers;

internal static class Removed
{
    /// <summary>A job that is not kept goes when its time is over, but not before its callbacks have heard of its end: each took the event, or wanted no more.</summary>
    public static IEnumerable<string> In(History history)
    {
        var there = history.Audit.Jobs.Select(j => j.Id).ToHashSet();
        var heard = history.Requests.Where(r => r.WasAccepted() || r.Answer == 410).Select(r => r.Path).ToHashSet();
        foreach (var call in history.Calls.Where(c => c is { Kind: CallKind.Submit, Result: CallResult.Ok, Expires: true, JobId: not null } && !there.Contains(c.JobId)))
            foreach (var path in call.Callbacks.Where(p => !heard.Contains(p)))
                yield return $"{call.JobId} was removed before {path} had heard of its end";
    }
}
