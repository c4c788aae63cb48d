namespace JobApi.Workers;

/// <summary>Goes off once, at the earliest of the times that it was set to.</summary>
internal sealed class Alarm : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Action _goesOff;
    private readonly ITimer _timer;
    private DateTimeOffset _at = DateTimeOffset.MaxValue;

    public Alarm(TimeProvider clock, Action goesOff)
    {
        _goesOff = goesOff;
        _timer = clock.CreateTimer(_ => GoOff(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set(DateTimeOffset now, DateTimeOffset time)
    {
        lock (_gate)
        {
            if (time >= _at)
                return;
            _at = time;
            var wait = time - now;
            _timer.Change(wait < Shortest ? Shortest : wait > Longest ? Longest : wait, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void GoOff()
    {
        lock (_gate)
            _at = DateTimeOffset.MaxValue;
        _goesOff();
    }
}
