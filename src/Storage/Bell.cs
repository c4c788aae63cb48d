using System.Threading.Channels;

namespace Storage;

/// <summary>Rings for what can't wait for the next beat. One ring is remembered; more are the same ring.</summary>
internal sealed class Bell
{
    private readonly Channel<bool> _slot = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _slot.Writer.TryWrite(true);

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
