using JobApi.Access;
using Storage.Waking;

namespace JobApi.Streams;

/// <summary>
/// A request that stays open until a job moves: a stream or a long poll. It ends when its time is over, the client is gone, its key is revoked or the
/// process stops. It owns no timer and no buffer while it waits, so that thousands cost little.
/// </summary>
internal sealed class Waiter : IDisposable
{
    private const int FarBehind = 1000;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Waiters _all;
    private readonly HttpContext _http;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenRegistration _gone;
    private ITimer? _deadline;
    private long _writtenAt;
    private long _writingSince;
    private volatile bool _isOver;
    private volatile bool _owesPing;

    public Waiter(Waiters all, HttpContext http, Caller caller, JobWatch watch, TimeProvider clock)
    {
        (_all, _http, Caller, Watch, _clock) = (all, http, caller, watch, clock);
        _writtenAt = clock.GetTimestamp();
        _gone = http.RequestAborted.UnsafeRegister(static waiter => ((Waiter)waiter!).End(), this);
    }

    public Caller Caller { get; }

    public JobWatch Watch { get; }

    /// <summary>Whether it is to end with what there is.</summary>
    public bool IsOver => _isOver;

    /// <summary>The number of the last event that was sent.</summary>
    public int Sent { get; set; }

    public void End()
    {
        _isOver = true;
        Watch.Ring();
    }

    public void EndAfter(TimeSpan wait) =>
        _deadline = _clock.CreateTimer(static waiter => ((Waiter)waiter!).End(), this, wait, Timeout.InfiniteTimeSpan);

    /// <summary>Waits until the watch shows enough, or it is over.</summary>
    public async Task UntilAsync(Func<JobWatch, bool> enough)
    {
        while (!_isOver && !enough(Watch))
            await Watch.WaitAsync();
    }

    /// <summary>Whether nothing was sent for so long that a proxy might take the connection for dead; to be asked after a ring.</summary>
    public bool TakePing()
    {
        var owed = _owesPing;
        _owesPing = false;
        return owed;
    }

    /// <summary>Sends what was written. A reader that does not take it in time is dropped by <see cref="LookAfter"/>.</summary>
    public async ValueTask FlushAsync()
    {
        var flush = _http.Response.BodyWriter.FlushAsync();
        if (!flush.IsCompleted)
        {
            Volatile.Write(ref _writingSince, _clock.GetTimestamp());
            await flush;
            Volatile.Write(ref _writingSince, 0);
        }
        Volatile.Write(ref _writtenAt, _clock.GetTimestamp());
    }

    /// <summary>
    /// Each second: a comment after 15 s of silence, and an end for a reader that has not taken its bytes for too long, or for a moment while more
    /// than a thousand further events wait. Nothing is kept for it; it resumes from the log.
    /// </summary>
    public void LookAfter(TimeSpan pingAfter, TimeSpan stall)
    {
        var since = Volatile.Read(ref _writingSince);
        if (since != 0)
        {
            var stuck = _clock.GetElapsedTime(since);
            if (stuck > stall || (stuck > Moment && Watch.Version - Sent > FarBehind))
                _http.Abort();
        }
        else if (_clock.GetElapsedTime(Volatile.Read(ref _writtenAt)) >= pingAfter)
        {
            _owesPing = true;
            Watch.Ring();
        }
    }

    public void Dispose()
    {
        _deadline?.Dispose();
        _gone.Dispose();
        _all.Leave(this);
        Watch.Dispose();
    }
}
