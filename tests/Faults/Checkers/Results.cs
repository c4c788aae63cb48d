using Faults.Histories;

namespace Faults.Checkers;

internal static class Results
{
    public static IEnumerable<string> In(History history)
    {
        var completed = history.WorkerCalls.Where(c => c is { Verb: WorkerVerb.Complete, Result: not CallResult.Fail }).ToLookup(c => (c.JobId, c.Fence));
        var read = history.Results.ToDictionary(r => r.JobId);
        foreach (var job in history.Audit.Jobs.Where(j => j is { Type: Load.RemoteWorker.Type, Status: Codes.JobFirstTerminal }))
        {
            var said = completed[(job.Id, job.Fence)].Select(c => c.Said).ToList();
            if (said.Count == 0)
                yield return $"{job.Id} has succeeded under fence {job.Fence}, which nobody completed";
            else if (!read.TryGetValue(job.Id, out var result))
                yield return $"{job.Id} has succeeded, and its result was not read back";
            else if (result.Status != 200)
                yield return $"{job.Id} has succeeded, and its result was answered {result.Status}";
            else if (!said.Contains(result.BodyHash))
                yield return $"the result of {job.Id} is not what was handed in";
            else if (!result.DigestHolds)
                yield return $"the result of {job.Id} came with the digest of something else";
        }
    }
}
