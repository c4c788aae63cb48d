using System.Collections.Concurrent;

namespace Egress;

/// <summary>
/// Timers for requests, used again while they have not fired: at 15,000 requests a second most of what a timer costs is making it.
/// A deadline bounds real sockets, so it is real time, not a <see cref="TimeProvider"/>'s.
/// </summary>
internal sealed class Deadlines
{
    private const int MostKept = 512;

    private readonly ConcurrentQueue<CancellationTokenSource> kept = new();

    public Deadline Start(TimeSpan deadline, CancellationToken stop)
    {
        if (!kept.TryDequeue(out var source)) source = new CancellationTokenSource();
        source.CancelAfter(deadline);
        return new Deadline(this, source, stop.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source));
    }

    private void Return(CancellationTokenSource source)
    {
        if (kept.Count < MostKept && source.TryReset()) kept.Enqueue(source);
        else source.Dispose();
    }

    /// <summary>Fires at the deadline, or when the caller stops. To be disposed once nothing watches it any more.</summary>
    internal readonly struct Deadline(Deadlines home, CancellationTokenSource source, CancellationTokenRegistration stop) : IDisposable
    {
        public CancellationToken Token => source.Token;

        public void Dispose()
        {
            stop.Dispose();
            home.Return(source);
        }
    }
}
