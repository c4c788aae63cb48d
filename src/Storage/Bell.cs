using System.Threading.Channels;
using Storage.Deliveries;

namespace Storage;

/// <summary>Rings for what can't wait for the next beat. One ring is remembered; more are the same ring.</summary>
internal sealed class Bell
{
    private readonly Channel<bool> _slot = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Everybody who listens hears each ring; what is done here must be short. The one that waits takes the ring.</summary>
    public event Action? Rung;

    public void Ring()
    {
        _slot.Writer.TryWrite(true);
        Rung?.Invoke();
    }

    /// <summary>Waits for a ring and takes it.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken stop) => _slot.Reader.ReadAsync(stop);
}

/// <summary>Which receivers the bell rang for, so that an owner looks at those at once. A hint: what is forgotten here, the next beat finds.</summary>
internal sealed class WokenReceivers
{
    private const int Most = 10_000;

    private readonly Lock _lock = new();
    private HashSet<Id<Receiver>> _woken = [];

    public void Add(IEnumerable<Id<Receiver>> receivers)
    {
        lock (_lock)
            if (_woken.Count < Most) // where no engine runs in this process, nobody takes them
                _woken.UnionWith(receivers);
    }

    public IReadOnlySet<Id<Receiver>> Take()
    {
        lock (_lock)
        {
            var woken = _woken;
            _woken = [];
            return woken;
        }
    }
}

/// <summary>The bells of one process.</summary>
internal sealed class Bells
{
    /// <summary>The receivers that <see cref="Deliveries"/> rang for.</summary>
    public WokenReceivers Woken { get; } = new();

    /// <summary>Deliveries have become due.</summary>
    public Bell Deliveries { get; } = new();

    /// <summary>Jobs have become due.</summary>
    public Bell Jobs { get; } = new();
}
