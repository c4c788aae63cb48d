using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;

namespace DeliveryEngine.Tests.Receivers;

public sealed class A_paused_receiver
{
    [Theory, EveryDatabase]
    public async Task Keeps_its_backlog_and_gets_it_when_it_is_resumed(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        await scene.GreetAsync(scene.Node, receiver);
        await PauseAsync(scene, receiver);
        var job = await scene.OweAsync(receiver, deliveries: 30);

        await scene.Node.WorkAsync();
        scene.Clock.Advance(TimeSpan.FromDays(10));
        await scene.Node.WorkAsync();
        Assert.Single(receiver.Requests);
        Assert.All(await scene.DeliveriesAsync(job), d => Assert.Equal((DeliveryStatus.Pending, 0), (d.Status, d.Attempts)));

        await ResumeAsync(scene, receiver);
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.All(await scene.AttemptsAsync(), a => Assert.Equal(1, a.Number));
    }

    [Theory, EveryDatabase]
    public async Task Takes_back_what_waits_for_a_place_without_an_attempt(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        await scene.GreetAsync(scene.Node, receiver);
        receiver.Hold();
        var job = await scene.OweAsync(receiver, deliveries: 40);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(9, scene.Patience);

        await PauseAsync(scene, receiver);
        await scene.Node.TakeTurnAsync(); // at once, since the pause rang for this receiver
        receiver.LetGo();
        await scene.Node.WorkAsync();

        Assert.Equal(9, receiver.Requests.Count);
        Assert.Equal(8, (await scene.DeliveriesAsync(job)).Count(d => d.Status == DeliveryStatus.Delivered));
        Assert.Equal(9, (await scene.AttemptsAsync()).Count);

        await ResumeAsync(scene, receiver);
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal(41, receiver.Requests.Count);
    }

    private static async Task PauseAsync(Scene scene, Listener receiver)
    {
        var row = await scene.ReceiverAsync(receiver);
        Assert.NotNull(await scene.Node.Get<ReceiverStore>().PauseAsync(row.TenantId, row.Id, scene.Patience));
    }

    private static async Task ResumeAsync(Scene scene, Listener receiver)
    {
        var row = await scene.ReceiverAsync(receiver);
        Assert.NotNull(await scene.Node.Get<ReceiverStore>().ResumeAsync(row.TenantId, row.Id, scene.Patience));
    }
}
