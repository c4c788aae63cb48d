using System.Threading.Tasks.Sources;

namespace Storage.Waking;

/// <summary>
/// Wakes the one who waits; a ring while nobody waits is remembered, and more are the same ring. It costs one small object however often it is
/// waited for, and whoever rings never runs the waiter's code.
/// </summary>
internal sealed class Signal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private bool _rung;
    private bool _waiting;

    public void Ring()
    {
        lock (_gate)
        {
            _rung = !_waiting;
            if (_rung)
                return;
            _waiting = false;
        }
        _core.SetResult(true);
    }

    /// <summary>Waits for a ring and takes it; one waits at a time.</summary>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_rung)
            {
                _rung = false;
                return ValueTask.CompletedTask;
            }
            _core.Reset();
            _waiting = true;
            return new ValueTask(this, _core.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
