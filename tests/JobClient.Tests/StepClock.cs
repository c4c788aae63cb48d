using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Webhooks.Tests;

/// <summary>A clock that stands still until the code under test sleeps and the test lets that time pass.</summary>
internal sealed class StepClock() : FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits for a sleep of that length to begin, and ends it. A sleep of another length leaves the test waiting, and so fails it.</summary>
    public Task PassAsync(double seconds) => PassAsync(seconds, seconds);

    public async Task<TimeSpan> PassAsync(double fromSeconds, double toSeconds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        TimeSpan wait;
        do
            wait = await _timers.Reader.ReadAsync(patience.Token);
        while (wait.TotalSeconds < fromSeconds || wait.TotalSeconds > toSeconds);
        Advance(wait);
        return wait;
    }
}
