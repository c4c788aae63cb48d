namespace Storage.Tests;

public sealed class Ringing
{
    private readonly Bell _bell = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_remembered_until_somebody_waits()
    {
        _bell.Ring();

        Assert.True(await _bell.WaitAsync(_stop));
    }

    [Fact]
    public async Task Many_times_is_ringing_once()
    {
        for (var i = 0; i < 5; i++)
            _bell.Ring();
        await _bell.WaitAsync(_stop);

        var waiting = _bell.WaitAsync(_stop).AsTask();
        Assert.False(waiting.IsCompleted);
        _bell.Ring();
        Assert.True(await waiting);
    }
}
