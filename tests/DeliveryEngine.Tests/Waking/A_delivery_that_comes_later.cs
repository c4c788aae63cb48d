using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;

namespace DeliveryEngine.Tests.Waking;

public sealed class A_delivery_that_comes_later
{
    [Theory, EveryDatabase]
    public async Task Is_sent_by_the_owner_that_holds_its_receiver(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Hold();
        var first = await scene.FinishJobAsync(receiver);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(1, scene.Patience);
        var hanging = receiver.AnswerOthers();

        var second = await scene.FinishJobAsync(receiver);
        await scene.Node.WorkUntilAsync(() => scene.IsAllDeliveredAsync(second));

        Assert.Equal(2, receiver.Requests.Count);
        Assert.Equal(DeliveryStatus.Pending, (await scene.DeliveryAsync(first)).Status);
        hanging.SetResult();
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(first));
    }

    [Theory, EveryDatabase]
    public async Task From_another_process_is_found_by_the_beat_of_the_owner(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Hold();
        await scene.FinishJobAsync(receiver);
        var owner = scene.AddNode();
        await owner.TakeTurnAsync();
        await receiver.ArrivedAsync(1, scene.Patience);
        var hanging = receiver.AnswerOthers();

        await scene.FinishJobAsync(receiver);
        await owner.Engine.BeatAsync(scene.Patience);
        await receiver.ArrivedAsync(2, scene.Patience);

        hanging.SetResult();
        await owner.WorkAsync();
        Assert.All(await scene.DeliveriesAsync(), d => Assert.Equal(DeliveryStatus.Delivered, d.Status));
    }

    [Theory, EveryDatabase]
    public async Task Is_seen_when_it_was_committed_as_the_last_outcome_came_in(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(async _ =>
        {
            if (receiver.Requests.Count < 5)
                await scene.FinishJobAsync(receiver);
            return new Answer(200);
        });
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        Assert.Equal(5, receiver.Requests.Count);
        Assert.All(await scene.DeliveriesAsync(), d => Assert.Equal(DeliveryStatus.Delivered, d.Status));
    }

    [Theory, EveryDatabase]
    public async Task Finds_its_receiver_released_and_wakes_it(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, other) = (scene.Listen(), scene.AddNode());
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();

        var released = await scene.ReceiverAsync(receiver);
        Assert.Equal((DateTimeOffset.UnixEpoch, 0), (released.LeasedUntil, released.Poked));
        Assert.True(released.DueAt > scene.Now + TimeSpan.FromDays(1000));

        await scene.FinishJobAsync(receiver);
        var woken = await scene.ReceiverAsync(receiver);
        Assert.Equal((scene.Now, 1), (woken.DueAt, woken.Poked));
        await other.WorkAsync();
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Theory, EveryDatabase]
    public async Task Makes_its_receiver_due_when_it_is(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(500);
        await scene.OweAsync(receiver, deliveries: 5);

        await scene.Node.WorkAsync();

        var next = (await scene.DeliveriesAsync()).Min(d => d.DueAt);
        var released = await scene.ReceiverAsync(receiver);
        Assert.Equal((next, DateTimeOffset.UnixEpoch), (released.DueAt, released.LeasedUntil));
    }
}
