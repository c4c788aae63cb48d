using Webhooks.Handlers;
using Webhooks.Workers.Line;

namespace Webhooks.Workers.Attempts;

/// <summary>One attempt that this process works on: its lease, its deadline, what it still has to say, and the signal that ends it.</summary>
internal sealed class RunningAttempt : IDisposable
{
    private readonly Lock _ending = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _clock;
    private readonly long _begun;
    private bool _over;
    private bool _left;

    public RunningAttempt(Claim job, Lane lane, Lease lease, TimeProvider clock)
    {
        (Job, Lane, Lease, _clock, _begun) = (job, lane, lease, clock, clock.GetTimestamp());
        Progress = new(clock);
        Stop = _stop.Token;
    }

    public Claim Job { get; }

    /// <summary>Whose slot it takes.</summary>
    public Lane Lane { get; }

    public Lease Lease { get; }

    public Progress Progress { get; }

    public CancellationToken Stop { get; }

    public StopReason Reason { get; private set; }

    /// <summary>How much of the attempt's time is left.</summary>
    public TimeSpan TimeLeft => Job.Timeout - _clock.GetElapsedTime(_begun);

    /// <summary>Ends when the handler has ended and its outcome is written.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>The heartbeat that is on its way, if one is.</summary>
    public Task Beating { get; set; } = Task.CompletedTask;

    /// <summary>Tells the handler to end; the first reason counts. Its continuations run elsewhere, so a slow one holds nobody up.</summary>
    public void End(StopReason reason)
    {
        lock (_ending)
        {
            if (_over || Reason != StopReason.None)
                return;
            Reason = reason;
            _ = _stop.CancelAsync();
        }
    }

    /// <summary>True from when somebody writes how the attempt ended.</summary>
    public bool IsLeft
    {
        get
        {
            lock (_ending)
                return _left;
        }
    }

    /// <summary>True once: whoever gets it writes how the attempt ended.</summary>
    public bool Leave()
    {
        lock (_ending)
            return !_left && (_left = true);
    }

    public void Dispose()
    {
        lock (_ending)
        {
            _over = true;
            _stop.Dispose();
        }
    }
}
