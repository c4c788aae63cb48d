using System.Threading.Channels;

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

/// <summary>The bells of one process.</summary>
internal sealed class Bells
{
    /// <summary>Deliveries have become due.</summary>
    public Bell Deliveries { get; } = new();

    /// <summary>Jobs have become due.</summary>
    public Bell Jobs { get; } = new();
}
