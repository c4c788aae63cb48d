using Storage.Jobs;

namespace Storage.Waking;

/// <summary>One reader's watch over one job. It is rung when the job moves, and by whoever else has something to tell the reader.</summary>
internal sealed class JobWatch(JobWatches watches, WatchedJob job) : IDisposable
{
    private readonly Signal _signal = new();

    public Id<Job> Job => job.Id;

    /// <summary>The highest number heard of since somebody watches the job; 0 where none was. The job may be further than that when watching begins.</summary>
    public int Version => job.Version;

    /// <summary>Whether the event with that number was the last.</summary>
    public bool Ended => job.Ended;

    public void Ring() => _signal.Ring();

    /// <summary>Waits until the job moves or somebody rings; what happened since the last wait counts.</summary>
    public ValueTask WaitAsync() => _signal.WaitAsync();

    /// <summary>The events heard of after a number; null where only the database has all of them.</summary>
    public IReadOnlyList<LoggedEvent>? Read(int after) => watches.Read(job, after);

    public void Dispose() => watches.Leave(this, job);
}
