using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Receivers;

public sealed class Lanes_of_a_receiver_that_fails
{
    private const int Four = 4;

    [Theory, EveryDatabase]
    public async Task Leave_it_alone_together_and_ask_it_with_one_probe(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=5");
        var receiver = await FailInAllLanesAsync(scene, jobsEach: 12);

        await scene.Node.WorkAsync();

        await IsOpenInAllLanesAsync(scene, receiver, openings: 1);
        var tried = (await scene.AttemptsAsync()).Count;
        foreach (var opening in (int[])[2, 3])
        {
            await ToTheProbeAsync(scene, receiver);
            await scene.Node.WorkAsync();
            Assert.Equal(++tried, (await scene.AttemptsAsync()).Count);
            await IsOpenInAllLanesAsync(scene, receiver, opening);
        }

        receiver.HangsUp = false;
        await ToTheProbeAsync(scene, receiver);
        await scene.Node.WorkAsync();
        await IsClosedInAllLanesAsync(scene, receiver);
        Assert.All(await scene.DeliveriesAsync(), d => Assert.True(d.Status == DeliveryStatus.Delivered || d.DueAt > scene.Now));
    }

    [Theory, EveryDatabase]
    public async Task Ask_it_with_one_probe_whoever_owns_them(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=5", "Deliveries:MaxReceivers=2");
        var second = scene.AddNode();
        var receiver = await FailInAllLanesAsync(scene, jobsEach: 12);
        await WorkAsync(scene, second);
        await IsOpenInAllLanesAsync(scene, receiver, openings: 1);
        var tried = (await scene.AttemptsAsync()).Count;

        await ToTheProbeAsync(scene, receiver);
        await WorkAsync(scene, second);

        Assert.Equal(tried + 1, (await scene.AttemptsAsync()).Count);
        receiver.HangsUp = false;
        await ToTheProbeAsync(scene, receiver);
        await WorkAsync(scene, second);
        await IsClosedInAllLanesAsync(scene, receiver);
    }

    [Theory, EveryDatabase]
    public async Task Take_over_the_probe_where_the_lane_that_was_to_probe_has_nothing_left(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=2");
        var receiver = await FailInAllLanesAsync(scene, jobsEach: 3);
        await scene.Node.WorkAsync();
        var prober = (await scene.LanesAsync(receiver)).MinBy(lane => lane.HeldUntil)!;
        await scene.ExecuteAsync($"DELETE FROM Deliveries WHERE ReceiverId IN (SELECT r.Id FROM Receivers AS r WHERE r.Lane = {prober.Lane})");
        var tried = (await scene.AttemptsAsync()).Count;

        scene.Clock.Advance(prober.HeldUntil - scene.Now);
        await scene.Node.WorkAsync();
        Assert.Equal(tried, (await scene.AttemptsAsync()).Count);
        receiver.HangsUp = false;
        scene.Clock.Advance(TimeSpan.FromSeconds(30)); // a lease: nobody is still probing
        await scene.Node.WorkAsync();

        Assert.True((await scene.AttemptsAsync()).Count > tried);
        await IsClosedInAllLanesAsync(scene, receiver);
    }

    [Theory, EveryDatabase]
    public async Task Are_disabled_together_and_park_what_each_is_owed(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=2", "Deliveries:DisableAfter=5.00:00:00");
        var receiver = await FailInAllLanesAsync(scene, jobsEach: 6);
        await scene.Node.WorkAsync();
        scene.Clock.Advance(TimeSpan.FromDays(5) - TimeSpan.FromMinutes(1));
        await scene.Node.WorkAsync();
        Assert.All(await scene.LanesAsync(receiver), lane => Assert.Null(lane.DisabledAt));

        scene.Clock.Advance(TimeSpan.FromHours(1));
        await scene.Node.WorkAsync();
        await scene.Node.WorkAsync();

        Assert.All(await scene.LanesAsync(receiver), lane => Assert.Equal(scene.Now, lane.DisabledAt));
        var owed = (await scene.DeliveriesAsync()).FindAll(d => d.DeliveredAt is null);
        Assert.Equal(6 * Four, owed.Count);
        Assert.All(owed, d => Assert.Equal((DeliveryStatus.Parked, "receiver_disabled"), d.State()));
        receiver.HangsUp = false;
        var main = await scene.ReceiverAsync(receiver);
        await scene.Node.Get<ReceiverStore>().ResumeAsync(main.TenantId, main.Id, scene.Patience);
        Assert.All(await scene.LanesAsync(receiver), lane => Assert.Equal((null, null, 0), (lane.DisabledAt, lane.FailingSince, lane.Openings)));
        await scene.ReplayAsync(owed[0]);
        await scene.Node.WorkAsync();
        Assert.Equal(2, (await scene.DeliveriesAsync()).Count(d => d.Status == DeliveryStatus.Delivered)); // the greeting was the first
    }

    [Theory, EveryDatabase]
    public async Task Do_not_disable_it_for_one_of_them_while_another_is_answered(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=3");
        var receiver = scene.Listen();
        await scene.GreetAsync(scene.Node, receiver);
        await scene.SetLanesAsync(receiver, Four);
        receiver.Answers(received => new Answer(received.Path.EndsWith("/broken", StringComparison.Ordinal) ? 500 : 200));
        for (var day = 0; day < 8; day++)
        {
            await scene.FinishJobInLaneAsync(1, Four, receiver.Url + "/broken");
            await scene.FinishJobInLaneAsync(1, Four, receiver.Url + "/broken");
            await scene.Node.WorkAsync();
            scene.Clock.Advance(TimeSpan.FromSeconds(1));
            await scene.FinishJobInLaneAsync(2, Four, receiver);
            await scene.Node.WorkAsync();
            scene.Clock.Advance(TimeSpan.FromDays(1));
        }
        await scene.Node.WorkAsync(); // what the last day's breaker held back

        Assert.All(await scene.LanesAsync(receiver), lane => Assert.Null(lane.DisabledAt));
        Assert.Equal(9, (await scene.DeliveriesAsync()).Count(d => d.Status == DeliveryStatus.Delivered));
    }

    [Theory, EveryDatabase]
    public async Task Remember_together_that_a_URL_is_gone_and_forget_it_together(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        await scene.GreetAsync(scene.Node, receiver);
        await scene.SetLanesAsync(receiver, Four);
        receiver.Answers(410);
        var met = await scene.FinishJobInLaneAsync(1, Four, receiver);
        await scene.Node.WorkAsync();

        var elsewhere = await scene.FinishJobInLaneAsync(2, Four, receiver);
        await scene.Node.WorkAsync();

        Assert.Equal((DeliveryStatus.Parked, "gone"), (await scene.DeliveryAsync(elsewhere)).State());
        Assert.Equal(2, receiver.Requests.Count); // the greeting, and the one that was told
        receiver.Answers(200);
        await scene.ReplayAsync(await scene.DeliveryAsync(met));
        var later = await scene.FinishJobInLaneAsync(3, Four, receiver);
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(met) && await scene.IsAllDeliveredAsync(later));
    }

    [Theory, EveryDatabase]
    public async Task That_are_added_meanwhile_need_not_find_out_by_themselves(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=5");
        var receiver = scene.Listen();
        receiver.HangsUp = true;
        await scene.OweAsync(receiver, deliveries: 10);
        await scene.Node.WorkAsync();
        var tried = (await scene.AttemptsAsync()).Count;

        await scene.SetLanesAsync(receiver, Four);
        await scene.FinishJobInLaneAsync(1, Four, receiver);
        await scene.FinishJobInLaneAsync(3, Four, receiver);
        await scene.Node.WorkAsync();

        Assert.Equal(tried, (await scene.AttemptsAsync()).Count);
        await IsOpenInAllLanesAsync(scene, receiver, openings: 1);
    }

    private static async Task<Listener> FailInAllLanesAsync(Scene scene, int jobsEach)
    {
        var receiver = scene.Listen();
        await scene.GreetAsync(scene.Node, receiver);
        await scene.SetLanesAsync(receiver, Four);
        receiver.HangsUp = true;
        for (var i = 0; i < jobsEach * Four; i++)
            await scene.FinishJobInLaneAsync(i % Four, Four, receiver);
        scene.Clock.Advance(TimeSpan.FromSeconds(1)); // the greeting was before
        return receiver;
    }

    /// <summary>Both work until neither has anything under way: what one is told may come from the other.</summary>
    private static async Task WorkAsync(Scene scene, Node second)
    {
        for (var round = 0; round < 4; round++)
        {
            await scene.Node.WorkAsync();
            await second.WorkAsync();
        }
    }

    private static async Task ToTheProbeAsync(Scene scene, Listener receiver) =>
        scene.Clock.Advance((await scene.LanesAsync(receiver)).Min(lane => lane.HeldUntil) - scene.Now);

    private static async Task IsOpenInAllLanesAsync(Scene scene, Listener receiver, int openings)
    {
        var lanes = await scene.LanesAsync(receiver);
        Assert.Equal(Four, lanes.Count);
        Assert.All(lanes, lane => Assert.Equal((openings, true), (lane.Openings, lane.HeldUntil > scene.Now)));
    }

    private static async Task IsClosedInAllLanesAsync(Scene scene, Listener receiver) =>
        Assert.All(await scene.LanesAsync(receiver), lane => Assert.Equal((0, 0, null), (lane.Openings, lane.Failures, lane.FailingSince)));
}
