using Webhooks.Handlers;
using static Webhooks.Tests.Workers.Workplace;

namespace Webhooks.Tests.Workers;

public sealed class A_stopping_worker : IAsyncLifetime
{
    private readonly Workplace _place = new(options => options.StopGrace = TimeSpan.FromSeconds(5));
    private readonly TaskCompletionSource<object?> _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lets_handlers_finish_within_its_grace()
    {
        _place.Has(Job());
        _place.Answers("complete", Taken);
        var context = await _place.StartAsync(_ => _finish.Task);

        var stopping = _place.Worker.StopAsync(TimeSpan.Zero, Stop);
        await _place.Clock.PassAsync(1);
        _finish.SetResult("in time");
        await stopping;

        Assert.Equal(StopReason.None, context.StopReason);
        Assert.Equal("\"in time\"", _place.Call("complete")["result"]!.ToJsonString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gives_back_what_does_not_finish_whether_its_handler_listens_or_not(bool listens)
    {
        _place.Has(Job());
        _place.Answers("release", Taken);
        var context = await _place.StartAsync(c => listens ? _finish.Task.WaitAsync(c.Stop) : _finish.Task);

        var stopping = _place.Worker.StopAsync(TimeSpan.Zero, Stop);
        for (var second = 0; second < 5; second++)
            await _place.Clock.PassAsync(1);
        await stopping;

        Assert.Equal(StopReason.ShuttingDown, context.StopReason);
        Assert.Equal("7", Assert.Single(_place.Calls("release")).Header("Lease-Fence"));
        Assert.Empty(_place.Calls("fail"));
    }

    [Fact]
    public async Task Does_not_wait_for_a_service_that_is_away()
    {
        _place.Has(Job());
        _place.Answers("release", Away);
        await _place.StartAsync(_ => _finish.Task);

        var stopping = _place.Worker.StopAsync(TimeSpan.Zero, Stop);
        for (var second = 0; second < 5; second++)
            await _place.Clock.PassAsync(1);
        await _place.Clock.PassAsync(5);
        await stopping;

        Assert.Single(_place.Worker.Running); // its lease ends by itself
    }

    [Fact]
    public async Task Claims_nothing_more()
    {
        _place.Service.Answers("POST", "/worker/claims", Service.Status(204).WithDelay(TimeSpan.FromMinutes(5)));
        await _place.Loop.StartAsync(Stop);
        await _place.Clock.PassAsync(30); // the limit of the claim's own request: it is on its way

        await _place.Loop.StopAsync(Stop);

        Assert.Empty(_place.Worker.Running);
        Assert.InRange(_place.Calls("claims").Count, 0, 2);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _finish.TrySetResult(null);
        await _place.DisposeAsync();
    }
}
