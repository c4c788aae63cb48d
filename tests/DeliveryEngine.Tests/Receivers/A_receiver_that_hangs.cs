using DeliveryEngine.Tests.Stage;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Receivers;

public sealed class A_receiver_that_hangs
{
    private const int MostBegun = 2048;

    [Theory, EveryDatabase]
    public async Task Costs_the_others_nothing(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        List<Listener> hanging = [.. Enumerable.Range(1, 12).Select(n => scene.Listen($"hangs-{n}"))];
        foreach (var one in hanging)
        {
            one.Hold();
            await scene.OweAsync(one, deliveries: 300);
        }
        for (var turn = 0; turn < 3; turn++)
            await scene.Node.TakeTurnAsync();

        var healthy = await scene.OweAsync(scene.Listen("healthy"), deliveries: 60);
        await scene.Node.WorkUntilAsync(() => scene.IsAllDeliveredAsync(healthy));

        Assert.All(hanging, one => Assert.InRange(one.Requests.Count, 1, 8));
        hanging.ForEach(one => one.LetGo());
    }

    [Theory, EveryDatabase]
    public async Task Keeps_the_engine_waiting_for_an_outcome_and_not_spinning(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlight=4");
        List<Listener> all = [.. Enumerable.Range(1, 100).Select(n => scene.Listen($"hangs-{n}"))];
        await scene.GreetAsync(scene.AddNode("Deliveries:MaxInFlight=256"), all);
        var greetings = (await scene.AttemptsAsync()).Select(a => a.DeliveryId).ToHashSet();
        all.ForEach(one => one.Hold());
        foreach (var one in all[..70])
            await scene.OweAsync(one, deliveries: 40);
        await scene.Node.TakeTurnAsync();
        var newcomers = new List<Id<Job>>();
        foreach (var one in all[70..])
            newcomers.Add((await scene.OweAsync(one, deliveries: 1)).Id);
        var roomLeft = MostBegun - (await scene.AttemptsAsync()).Count + greetings.Count;
        await scene.Node.TakeTurnAsync();

        var begun = (await scene.AttemptsAsync()).Select(a => a.DeliveryId).Except(greetings).ToHashSet();
        Assert.Equal(MostBegun, begun.Count); // the room is used up
        Assert.InRange(roomLeft, 1, newcomers.Count - 1); // and was not enough for those that had nothing yet
        Assert.Equal(roomLeft, (await scene.DeliveriesAsync()).Count(d => begun.Contains(d.Id) && newcomers.Contains(d.JobId)));

        scene.Node.TakeRing();
        await scene.Node.TakeTurnAsync();

        Assert.False(scene.Node.TakeRing());
        all.ForEach(one => one.LetGo());
    }

    [Theory, EveryDatabase]
    public async Task Is_left_alone_after_it_throttled_at_one_at_a_time(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlightPerReceiver=1");
        var (receiver, other) = (scene.Listen("throttles"), scene.Listen("other"));
        receiver.Answers(503);
        var (job, others) = (await scene.OweAsync(receiver, deliveries: 5), await scene.OweAsync(other, deliveries: 20));

        await scene.Node.WorkAsync();

        var owed = await scene.DeliveriesAsync(job);
        Assert.Single(receiver.Requests);
        Assert.All(owed, d => Assert.Equal(DeliveryStatus.Pending, d.Status));
        var tried = Assert.Single(owed, d => d.Attempts > 0);
        Assert.Equal(4, owed.Count(d => d.DueAt == Scene.Start));
        Assert.Equal(tried.Id, Assert.Single(await scene.AttemptsAsync(), a => owed.Exists(d => d.Id == a.DeliveryId)).DeliveryId);
        Assert.Equal(Scene.Start + TimeSpan.FromMinutes(1), (await scene.ReceiverAsync(receiver)).DueAt);
        Assert.True(await scene.IsAllDeliveredAsync(others));

        scene.Clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        await scene.OweMoreAsync(job, deliveries: 1);
        await scene.Node.WorkAsync();
        Assert.Single(receiver.Requests);

        receiver.Answers(200);
        scene.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal(7, receiver.Requests.Count);
    }

    [Theory, EveryDatabase]
    public async Task Costs_a_turn_nothing_while_it_has_all_that_it_may_have(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:Timeout=00:02:00"); // real time, which must not end it
        var (hanging, healthy) = (scene.Listen("hanging"), scene.Listen("healthy"));
        hanging.Hold();
        await scene.OweAsync(hanging, deliveries: 500);
        await scene.Node.TakeTurnAsync();
        await scene.Node.TakeTurnAsync(); // which finds that nothing more may be begun
        var before = (await scene.ReceiverAsync(hanging)).LeasedUntil;

        scene.Clock.Advance(TimeSpan.FromMilliseconds(500)); // its lease needs no look yet
        var owed = await scene.OweAsync(healthy, deliveries: 20);
        await scene.Node.WorkUntilAsync(() => scene.IsAllDeliveredAsync(owed));

        Assert.Equal(before, (await scene.ReceiverAsync(hanging)).LeasedUntil); // each turn that a receiver takes part in renews it

        hanging.LetGo();
        await scene.Node.WorkAsync();
        Assert.All(await scene.DeliveriesAsync(), delivery => Assert.Equal(DeliveryStatus.Delivered, delivery.Status));
    }
}
