using DeliveryEngine.Outcomes;
using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;

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
    public async Task Goes_to_one_of_two_engines_that_ask_at_the_same_time(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (second, receivers) = (scene.AddNode(), Enumerable.Range(1, 20).Select(n => scene.Listen($"receiver-{n}")).ToList());
        foreach (var receiver in receivers)
            await scene.OweAsync(receiver, deliveries: 5);

        await Task.WhenAll(Task.Run(scene.Node.WorkAsync, scene.Patience), Task.Run(second.WorkAsync, scene.Patience));

        Assert.All(await scene.DeliveriesAsync(), d => Assert.Equal(DeliveryStatus.Delivered, d.Status));
        Assert.Equal(100, receivers.SelectMany(r => r.Requests).Select(r => r.WebhookId).Distinct().Count());
        Assert.Equal(100, receivers.Sum(r => r.Requests.Count));
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

        Assert.Equal((DeliveryStatus.Delivered, null), (await scene.DeliveryAsync(job)).State());
        Assert.Equal(
            [(1, "engine 1", "engine_lost", null), (2, "engine 2", null, 200)],
            (await scene.AttemptsAsync()).Select(a => (a.Number, a.Engine, a.Error, a.StatusCode)));
        Assert.Equal(CallbackStatus.Active, Assert.Single(await scene.CallbacksAsync()).Status);
        Assert.Equal(receiver.Requests[0].WebhookId, receiver.Requests[1].WebhookId);
    }

    [Theory, EveryDatabase]
    public async Task Does_not_carry_over_to_the_next_one_of_the_same_owner(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, second) = (scene.Listen(), scene.AddNode());
        receiver.Answers(r => new Answer(r == receiver.Requests[0] ? 410 : r == receiver.Requests[1] ? 500 : 200));
        var job = await HangAsync(scene, receiver);
        scene.Clock.Advance(Lease);
        var late = receiver.AnswerOthers();
        await second.WorkAsync();

        scene.Clock.Advance(TimeSpan.FromSeconds(6)); // the retry is the first engine's again
        receiver.Hold();
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(3, scene.Patience);
        late.SetResult();
        await scene.Node.ReturnedAsync(1);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Node.TakeTurnAsync();
        receiver.LetGo();
        await scene.Node.WorkAsync();

        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal(CallbackStatus.Active, Assert.Single(await scene.CallbacksAsync()).Status);
        Assert.Equal(
            [("engine 1", "engine_lost"), ("engine 2", "http_status"), ("engine 1", null)],
            (await scene.AttemptsAsync()).Select(a => (a.Engine, a.Error)));
    }

    [Theory, EveryDatabase]
    public async Task Leaves_nothing_to_do_to_an_owner_that_lost_it(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, second) = (scene.Listen(), scene.AddNode());
        await scene.GreetAsync(scene.Node, receiver);
        var job = await HangAsync(scene, receiver, deliveries: 20, hanging: 9);
        scene.Clock.Advance(Lease);
        var late = receiver.AnswerOthers();
        await second.WorkAsync();

        scene.Node.TakeRing();
        await scene.Node.TakeTurnAsync(); // learns of it, and takes back what waited for a place
        Assert.True(scene.Node.TakeRing());
        late.SetResult();
        await scene.Node.WorkAsync();

        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal(29, receiver.Requests.Count);
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
        await scene.GreetAsync(scene.Node, receiver);
        receiver.Hold();
        var job = await scene.OweAsync(receiver, deliveries: 2);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(2, scene.Patience);

        scene.Clock.Advance(TimeSpan.FromSeconds(16)); // of 30, and a timeout is 15
        receiver.LetGo();
        var outcomes = await scene.Node.ReturnedAsync(2);

        Assert.IsType<Outcome.Accepted>(outcomes[0].Outcome);
        Assert.IsType<Outcome.NotSent>(outcomes[1].Outcome);
        Assert.Equal(2, receiver.Requests.Count);
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal([1, 1, 1], (await scene.AttemptsAsync()).Select(a => a.Number));
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

    /// <summary>The first engine owns the receiver, and requests hang there.</summary>
    private static async Task<Job> HangAsync(Scene scene, Listener receiver, int deliveries = 1, int hanging = 1)
    {
        receiver.Hold();
        var job = await scene.OweAsync(receiver, deliveries);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(hanging, scene.Patience);
        return job;
    }
}
