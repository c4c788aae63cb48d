using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Sending;

public sealed class A_delivery_in_flight
{
    [Theory, EveryDatabase]
    public async Task Stays_canceled_when_its_callback_is_deleted_meanwhile(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        var job = await HangAsync(scene, receiver);

        await scene.DeleteCallbackAsync(job);
        receiver.LetGo();
        await scene.Node.WorkAsync();

        Assert.Equal((DeliveryStatus.Canceled, "callback_deleted"), (await scene.DeliveryAsync()).State());
        Assert.Equal(200, Assert.Single(await scene.AttemptsAsync()).StatusCode);
    }

    [Theory, EveryDatabase]
    public async Task Keeps_its_job_from_being_removed(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, retention) = (scene.Listen(), scene.Node.Get<Retention>());
        var job = await HangAsync(scene, receiver);

        scene.Clock.Advance(TimeSpan.FromDays(90));
        Assert.Equal(0, await retention.RunAsync(default, 100, scene.Patience));
        receiver.LetGo();
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));

        Assert.Equal(1, await retention.RunAsync(default, 100, scene.Patience));
        Assert.Empty(await scene.DeliveriesAsync());
        Assert.Empty(await scene.AttemptsAsync());
    }

    private static async Task<Job> HangAsync(Scene scene, Listener receiver)
    {
        receiver.Hold();
        var job = await scene.FinishJobAsync(receiver);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(1, scene.Patience);
        return job;
    }
}
