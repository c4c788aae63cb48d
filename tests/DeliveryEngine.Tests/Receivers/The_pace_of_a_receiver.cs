using DeliveryEngine.Receivers;
using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;

namespace DeliveryEngine.Tests.Receivers;

public sealed class The_pace_of_a_receiver
{
    [Fact]
    public void Allows_a_second_s_worth_at_once_and_then_one_by_one()
    {
        var (now, used) = (Scene.Start, DateTimeOffset.UnixEpoch);
        Assert.Equal(5, Pace.Allowed(5, used, now));
        used = Pace.After(5, used, now, 5);
        Assert.Equal((0, now.AddMilliseconds(200)), (Pace.Allowed(5, used, now), Pace.NextAt(5, used)));
        Assert.Equal(0, Pace.Allowed(5, used, now.AddMilliseconds(199)));
        Assert.Equal(1, Pace.Allowed(5, used, now.AddMilliseconds(200)));
        Assert.Equal(3, Pace.Allowed(5, used, now.AddMilliseconds(600)));
        Assert.Equal(5, Pace.Allowed(5, used, now.AddHours(1)));
    }

    [Fact]
    public void May_be_slower_than_one_a_second()
    {
        var used = Pace.After(0.1, DateTimeOffset.UnixEpoch, Scene.Start, Pace.Allowed(0.1, DateTimeOffset.UnixEpoch, Scene.Start));
        Assert.Equal(Scene.Start.AddSeconds(10), Pace.NextAt(0.1, used));
        Assert.Equal((0, 1), (Pace.Allowed(0.1, used, Scene.Start.AddSeconds(9.9)), Pace.Allowed(0.1, used, Scene.Start.AddSeconds(10))));
    }

    [Theory, EveryDatabase]
    public async Task Is_kept_over_owners_and_costs_no_attempt(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        await scene.GreetAsync(scene.Node, receiver);
        await LimitAsync(scene, receiver, limits => limits with { RatePerSecond = 4 });
        var job = await scene.OweAsync(receiver, deliveries: 10);

        await scene.Node.WorkAsync();
        Assert.Equal(1 + 4, receiver.Requests.Count);
        Assert.Equal(scene.Now.AddMilliseconds(250), (await scene.ReceiverAsync(receiver)).DueAt);

        scene.Clock.Advance(TimeSpan.FromMilliseconds(500));
        await scene.AddNode().WorkAsync();
        Assert.Equal(1 + 6, receiver.Requests.Count);

        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.All(await scene.AttemptsAsync(), a => Assert.Equal((1, 200), (a.Number, a.StatusCode)));
    }

    [Theory, EveryDatabase]
    public async Task Goes_with_a_most_at_once_that_is_the_receiver_s_own(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        await scene.GreetAsync(scene.Node, receiver);
        await LimitAsync(scene, receiver, limits => limits with { MaxInFlight = 2 });
        receiver.Hold();
        var job = await scene.OweAsync(receiver, deliveries: 10);

        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(3, scene.Patience);
        await scene.Node.TakeTurnAsync();
        Assert.Equal(2, receiver.MostAtOnce);
        receiver.LetGo();
        await scene.Node.WorkAsync();

        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal(2, receiver.MostAtOnce);
    }

    private static async Task LimitAsync(Scene scene, Listener receiver, Func<ReceiverLimits, ReceiverLimits> set)
    {
        var row = await scene.ReceiverAsync(receiver);
        await scene.Node.Get<ReceiverStore>().LimitAsync(row.TenantId, row.Id, set, null, scene.Patience);
    }
}
