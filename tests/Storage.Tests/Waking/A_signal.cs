using Storage.Waking;

namespace Storage.Tests.Waking;

public sealed class A_signal
{
    private readonly Signal _signal = new();

    [Fact]
    public async Task Is_remembered_once()
    {
        _signal.Ring();
        _signal.Ring();
        await _signal.WaitAsync();

        var next = _signal.WaitAsync().AsTask();
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Wakes_the_one_who_waits_again_and_again()
    {
        for (var i = 0; i < 100; i++)
        {
            var waiting = _signal.WaitAsync().AsTask();
            Assert.False(waiting.IsCompleted);
            _signal.Ring();
            await waiting;
        }
    }

    [Fact]
    public async Task Is_never_lost_between_threads()
    {
        const int rings = 20_000;
        var told = 0;
        var ringing = Task.Run(() =>
        {
            for (var i = 0; i < rings; i++)
            {
                Interlocked.Increment(ref told);
                _signal.Ring();
            }
        }, TestContext.Current.CancellationToken);

        while (Volatile.Read(ref told) < rings)
            await _signal.WaitAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await ringing;
    }
}
