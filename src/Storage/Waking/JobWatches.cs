using Storage.Jobs;

namespace Storage.Waking;

/// <summary>
/// Who waits for which job in this process. A commit tells here what it wrote, so that readers need not ask the database for it; where nobody
/// watches, that costs a look at a counter.
/// </summary>
internal sealed class JobWatches
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Id<Job>, WatchedJob> _jobs = [];
    private TaskCompletionSource _somebody = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _count;

    /// <summary>How many jobs are watched.</summary>
    public int Count => _count;

    /// <summary>Begins to watch; what is committed from now on is told. To be disposed.</summary>
    public JobWatch Watch(Id<Job> id)
    {
        lock (_gate)
        {
            if (!_jobs.TryGetValue(id, out var job))
                _jobs[id] = job = new WatchedJob(id);
            var watch = new JobWatch(this, job);
            job.Watches.Add(watch);
            _count = _jobs.Count;
            _somebody.TrySetResult();
            return watch;
        }
    }

    /// <summary>Completes as soon as anybody watches.</summary>
    public Task SomebodyAsync(CancellationToken stop)
    {
        lock (_gate)
            return _somebody.Task.WaitAsync(stop);
    }

    /// <summary>Events that have just been committed, each job's in order.</summary>
    public void Publish(IReadOnlyList<JobEvent> events)
    {
        if (_count == 0)
            return;
        lock (_gate)
        {
            var moved = new HashSet<WatchedJob>();
            foreach (var happened in events)
                if (_jobs.TryGetValue(happened.JobId, out var job) && job.Add(new(happened.Seq, happened.Type, happened.Body)))
                    moved.Add(job);
            foreach (var job in moved)
                job.Ring();
        }
    }

    /// <summary>Where a job has got to, as another process or the database says. Answers whether that is news to somebody.</summary>
    public bool Publish(Id<Job> id, int version, bool ended)
    {
        if (_count == 0)
            return false;
        lock (_gate)
        {
            if (!_jobs.TryGetValue(id, out var job) || !job.MoveTo(version, ended))
                return false;
            job.Ring();
            return true;
        }
    }

    /// <summary>The jobs that somebody watches now.</summary>
    public List<Id<Job>> All()
    {
        lock (_gate)
            return [.. _jobs.Keys];
    }

    /// <summary>Lets go of events that are kept for readers who have them by now; who hasn't reads them from the database.</summary>
    public void ForgetEvents()
    {
        lock (_gate)
            foreach (var job in _jobs.Values)
                job.Forget();
    }

    internal IReadOnlyList<LoggedEvent>? Read(WatchedJob job, int after)
    {
        lock (_gate)
            return job.Read(after);
    }

    internal void Leave(JobWatch watch, WatchedJob job)
    {
        lock (_gate)
        {
            if (!job.Watches.Remove(watch) || job.Watches.Count > 0)
                return;
            _jobs.Remove(job.Id);
            _count = _jobs.Count;
            if (_count == 0)
                _somebody = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
