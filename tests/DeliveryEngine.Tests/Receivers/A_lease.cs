using DeliveryEngine.Outcomes;
using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;

namespace DeliveryEngine.Tests.Receivers;

public sealed class A_lease
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    [Theory, EveryDatabase]
    public async Task Gives_a_receiver_to_one_engine_until_it_ends(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, second) = (scene.Listen(), scene.AddNode());
        var job = await HangAsync(scene, receiver);

        scene.Clock.Advance(Lease - Instant);
        await scene.OweMoreAsync(job, deliveries: 1); // pokes, which ends no lease
        await second.WorkAsync();
        Assert.Single(receiver.Requests);

        scene.Clock.Advance(Instant);
        receiver.LetGo();
        await second.WorkAsync();
        Assert.Equal(3, receiver.Requests.Count);
        Assert.True(await scene.IsAllDeliveredAsync(job));
    }

    [Theory, EveryDatabase]
    public async Task Makes_a_late_owner_change_nothing(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, second) = (scene.Listen(), scene.AddNode());
        receiver.Answers(received => new Answer(received == receiver.Requests[0] ? 410 : 200));
        var job = await HangAsync(scene, receiver);
        scene.Clock.Advance(Lease);
        var late = receiver.AnswerOthers();
        await second.WorkAsync();

        late.SetResult();
        await scene.Node.ReturnedAsync(1);
        await scene.Node.WorkAsync();

        Assert.Equal((DeliveryStatus.Delivered, null), await scene.DeliveryAsync(job) is var d ? (d.Status, d.Reason) : default);
        Assert.Equal(
            [(1, "engine 1", "engine_lost", null), (2, "engine 2", null, 200)],
            (await scene.AttemptsAsync()).Select(a => (a.Number, a.Engine, a.Error, a.StatusCode)));
        Assert.Equal(Storage.Jobs.CallbackStatus.Active, Assert.Single(await scene.CallbacksAsync()).Status);
        Assert.Equal(receiver.Requests[0].WebhookId, receiver.Requests[1].WebhookId);
    }

    [Theory, EveryDatabase]
    public async Task Is_renewed_while_its_owner_lives(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, second) = (scene.Listen(), scene.AddNode());
        var job = await HangAsync(scene, receiver);

        for (var turn = 0; turn < 12; turn++)
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(10));
            await scene.Node.TakeTurnAsync();
            await second.TakeTurnAsync();
        }
        receiver.LetGo();
        await scene.Node.WorkAsync();

        Assert.Single(receiver.Requests);
        Assert.True(await scene.IsAllDeliveredAsync(job));
    }

    [Theory, EveryDatabase]
    public async Task Sends_nothing_when_less_than_a_timeout_of_it_is_left(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlightPerReceiver=1");
        var receiver = scene.Listen();
        receiver.Hold();
        var job = await scene.OweAsync(receiver, deliveries: 2);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(1, scene.Patience);

        scene.Clock.Advance(TimeSpan.FromSeconds(16)); // of 30, and a timeout is 15
        receiver.LetGo();
        var outcomes = await scene.Node.ReturnedAsync(2);

        Assert.IsType<Outcome.Accepted>(outcomes[0].Outcome);
        Assert.IsType<Outcome.NotSent>(outcomes[1].Outcome);
        Assert.Single(receiver.Requests);
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal([1, 1], (await scene.AttemptsAsync()).Select(a => a.Number));
    }

    [Theory, EveryDatabase]
    public async Task Lasts_longer_than_a_timeout_whatever_is_configured(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:Timeout=00:02:00", "Deliveries:Lease=00:00:05");
        var receiver = scene.Listen();
        await HangAsync(scene, receiver);

        Assert.Equal(scene.Now + TimeSpan.FromSeconds(125), (await scene.ReceiverAsync(receiver)).LeasedUntil);
        receiver.LetGo();
    }

    /// <summary>The first engine owns the receiver, and one request hangs there.</summary>
    private static async Task<Storage.Jobs.Job> HangAsync(Scene scene, Listener receiver)
    {
        receiver.Hold();
        var job = await scene.OweAsync(receiver, deliveries: 1);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(1, scene.Patience);
        return job;
    }
}
