using Storage.Jobs;

namespace Storage.Waking;

/// <summary>
/// One job that somebody watches: where it has got to, and its newest events for readers that have kept up. They are few: the log is in the
/// database, and whoever has fallen behind reads it there. Guarded by the lock of <see cref="JobWatches"/>.
/// </summary>
internal sealed class WatchedJob(Id<Job> id)
{
    private const int MostEvents = 64;
    private const int MostBytes = 256 * 1024;

    private readonly List<LoggedEvent> _newest = [];
    private int _bytes;
    private bool _isOld;

    public Id<Job> Id => id;

    public List<JobWatch> Watches { get; } = new(1);

    /// <summary>The highest number heard of; 0 where none was.</summary>
    public int Version { get; private set; }

    public bool Ended { get; private set; }

    /// <summary>Answers whether that is news. Two commits may be told in the wrong order: then the later one leaves a gap, and closes it.</summary>
    public bool Add(LoggedEvent happened)
    {
        if (!MoveTo(happened.Seq, happened.Type.IsTerminal()))
            return false;
        if (_newest.Count > 0 && _newest[^1].Seq != happened.Seq - 1)
            Clear();
        _newest.Add(happened);
        _bytes += happened.Body.Length;
        _isOld = false;
        while (_newest.Count > MostEvents || (_bytes > MostBytes && _newest.Count > 1))
        {
            _bytes -= _newest[0].Body.Length;
            _newest.RemoveAt(0);
        }
        return true;
    }

    public bool MoveTo(int version, bool ended)
    {
        if (version <= Version)
            return false;
        (Version, Ended) = (version, ended);
        return true;
    }

    /// <summary>What was heard after a number; null where only the database has all of it.</summary>
    public IReadOnlyList<LoggedEvent>? Read(int after) =>
        Version <= after ? []
        : _newest.Count == 0 || _newest[0].Seq > after + 1 || _newest[^1].Seq < Version ? null
        : [.. _newest.SkipWhile(e => e.Seq <= after)];

    /// <summary>Forgets the events that were here at the last call already.</summary>
    public void Forget()
    {
        if (_isOld)
            Clear();
        _isOld = true;
    }

    public void Ring()
    {
        foreach (var watch in Watches)
            watch.Ring();
    }

    private void Clear()
    {
        _newest.Clear();
        _newest.TrimExcess();
        _bytes = 0;
    }
}
