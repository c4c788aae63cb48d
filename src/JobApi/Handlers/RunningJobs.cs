using System.Collections.Concurrent;
using Storage;
using Storage.Jobs;
using Webhooks.Handlers;

namespace JobApi.Handlers;

/// <summary>The attempts that this process works on.</summary>
internal sealed class RunningJobs
{
    private readonly ConcurrentDictionary<Id<Job>, RunningJob> _jobs = new();

    public int Count => _jobs.Count;

    public IReadOnlyCollection<RunningJob> All => [.. _jobs.Values];

    public void Add(RunningJob running) => _jobs[running.Job.Id] = running;

    /// <summary>Frees the slot; false where that was done before. A later attempt of the same job stays.</summary>
    public bool Remove(RunningJob running) => _jobs.TryRemove(new(running.Job.Id, running));

    public void Cancel(Id<Job> id)
    {
        if (_jobs.TryGetValue(id, out var running))
            running.End(StopReason.Canceled);
    }
}
