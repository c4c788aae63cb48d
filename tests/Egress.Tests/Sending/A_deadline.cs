namespace Egress.Tests;

public class A_deadline
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_not_mistaken_for_the_callers_stop()
    {
        await using var receiver = new RawReceiver(async talk => { await talk.ReadRequestAsync(); await talk.HangAsync(); });
        using var client = WayOut.Client();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var sending = client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, stop.Token);
        while (receiver.Requests.IsEmpty) await Task.Yield();
        await stop.CancelAsync();

        var stopped = await Assert.ThrowsAsync<OperationCanceledException>(() => sending);
        Assert.Equal(stop.Token, stopped.CancellationToken);
        await Assert.ThrowsAsync<OperationCanceledException>(() => client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, stop.Token));
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task That_has_passed_already_sends_nothing()
    {
        await using var receiver = RawReceiver.Untouched();
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(receiver.Url), TimeSpan.Zero, Stop).Failed();
        Assert.Equal(EgressError.Timeout, failed.Error);
        Assert.False(receiver.WasReached);
    }

    [Fact]
    public async Task Does_not_outlive_its_request()
    {
        var deadlines = new Deadlines();
        using var stop = new CancellationTokenSource();
        var shortly = TimeSpan.FromMilliseconds(50);

        CancellationToken earlier;
        using (var first = deadlines.Start(shortly, stop.Token)) earlier = first.Token;
        using var later = deadlines.Start(WayOut.Ample, Stop);
        using var witness = deadlines.Start(shortly * 2, Stop);
        Assert.Equal(earlier, later.Token);

        await stop.CancelAsync();
        await FiringOf(witness.Token);
        Assert.False(later.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task That_has_fired_is_not_used_again()
    {
        var deadlines = new Deadlines();
        CancellationToken fired;
        using (var first = deadlines.Start(TimeSpan.FromMilliseconds(1), Stop)) await FiringOf(fired = first.Token);
        using var next = deadlines.Start(WayOut.Ample, Stop);
        Assert.NotEqual(fired, next.Token);
        Assert.False(next.Token.IsCancellationRequested);
    }

    private static async Task FiringOf(CancellationToken token)
    {
        var fired = new TaskCompletionSource();
        await using var registration = token.Register(fired.SetResult);
        await fired.Task.WaitAsync(WayOut.Ample, Stop);
    }
}
