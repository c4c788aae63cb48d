using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Stopping;

public sealed class A_graceful_stop
{
    [Theory, EveryDatabase]
    public async Task Waits_for_what_is_in_flight_and_gives_the_rest_back(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, other) = (scene.Listen(), scene.AddNode());
        var job = await HangAsync(scene, receiver, deliveries: 20);

        var stopped = scene.Node.StopAsync();
        Assert.False(stopped.IsCompleted);
        receiver.LetGo();
        await stopped;

        Assert.Equal(8, receiver.Requests.Count);
        var deliveries = (await scene.DeliveriesAsync()).OrderByDescending(d => d.Status).ToList();
        Assert.All(deliveries[..8], d => Assert.Equal((DeliveryStatus.Delivered, 1), (d.Status, d.Attempts)));
        Assert.All(deliveries[8..], d => Assert.Equal((DeliveryStatus.Pending, 0, Scene.Start), (d.Status, d.Attempts, d.DueAt)));
        Assert.Equal(8, (await scene.AttemptsAsync()).Count);
        var released = await scene.ReceiverAsync(receiver);
        Assert.Equal((DateTimeOffset.UnixEpoch, Scene.Start), (released.LeasedUntil, released.DueAt));

        await other.WorkAsync();
        Assert.Equal(20, receiver.Requests.Count);
        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.All(await scene.AttemptsAsync(), a => Assert.Equal((1, 200), (a.Number, a.StatusCode)));
    }

    [Theory, EveryDatabase]
    public async Task Abandons_what_hangs_when_patience_ends_and_loses_nothing(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, other) = (scene.Listen(), scene.AddNode());
        var job = await HangAsync(scene, receiver, deliveries: 10);

        using var patience = new CancellationTokenSource();
        var stopped = scene.Node.Engine.DrainAsync(patience.Token);
        await patience.CancelAsync();
        await stopped.WaitAsync(scene.Patience);

        var deliveries = await scene.DeliveriesAsync();
        Assert.All(deliveries, d => Assert.Equal((DeliveryStatus.Pending, 0), (d.Status, d.Failures)));
        Assert.Equal(Enumerable.Repeat("engine_stopped", 8), (await scene.AttemptsAsync()).Select(a => a.Error));

        receiver.LetGo();
        scene.Clock.Advance(TimeSpan.FromSeconds(10));
        await other.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal([1, 1, 2, 2, 2, 2, 2, 2, 2, 2], (await scene.DeliveriesAsync()).Select(d => d.Attempts).Order());
    }

    [Theory, EveryDatabase]
    public async Task Is_the_end_of_claiming(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        await scene.Node.StopAsync();
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        Assert.Empty(receiver.Requests);
        Assert.Equal(0, (await scene.ReceiverAsync(receiver)).Fence);
    }

    private static async Task<Job> HangAsync(Scene scene, Listener receiver, int deliveries)
    {
        receiver.Hold();
        var job = await scene.OweAsync(receiver, deliveries);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(8, scene.Patience);
        return job;
    }
}
