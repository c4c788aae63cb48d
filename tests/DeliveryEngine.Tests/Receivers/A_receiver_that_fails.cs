using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Receivers;

public sealed class A_receiver_that_fails
{
    [Theory, EveryDatabase]
    public async Task Is_left_alone_and_then_asked_with_one_probe(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=5");
        var receiver = scene.Listen();
        receiver.HangsUp = true;
        var job = await scene.OweAsync(receiver, deliveries: 50);

        await scene.Node.WorkAsync();

        var opened = await scene.ReceiverAsync(receiver);
        Assert.Equal((1, true), (opened.Openings, opened.HeldUntil > scene.Now));
        Assert.Equal(opened.HeldUntil, opened.DueAt);
        Assert.InRange((await scene.AttemptsAsync()).Count, 5, 12); // what was in flight when it opened ends; the rest costs nothing
        var tried = (await scene.AttemptsAsync()).Count;

        await scene.OweMoreAsync(job, deliveries: 1); // a wake changes nothing
        scene.Clock.Advance(opened.HeldUntil - scene.Now - TimeSpan.FromMilliseconds(1));
        await scene.Node.WorkAsync();
        Assert.Equal(tried, (await scene.AttemptsAsync()).Count);

        scene.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await scene.AddNode().WorkAsync(); // whoever owns it then
        Assert.Equal(tried + 1, (await scene.AttemptsAsync()).Count);
        var again = await scene.ReceiverAsync(receiver);
        Assert.Equal(2, again.Openings);
        Assert.InRange(again.HeldUntil - scene.Now, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(66));

        receiver.HangsUp = false;
        scene.Clock.Advance(again.HeldUntil - scene.Now);
        await scene.Node.WorkAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(10));
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal((0, 0), ((await scene.ReceiverAsync(receiver)).Openings, (await scene.ReceiverAsync(receiver)).Failures));
    }

    [Theory, EveryDatabase]
    public async Task Gets_its_probe_alone(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=2");
        var receiver = scene.Listen();
        receiver.HangsUp = true;
        var job = await scene.OweAsync(receiver, deliveries: 30);
        await scene.Node.WorkAsync();

        (receiver.HangsUp, var before) = (false, receiver.Requests.Count);
        receiver.Hold();
        scene.Clock.Advance(TimeSpan.FromSeconds(40));
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(before + 1, scene.Patience);
        await scene.OweMoreAsync(job, deliveries: 5);
        await scene.Node.TakeTurnAsync();
        Assert.Equal(before + 1, receiver.Requests.Count);

        receiver.LetGo();
        await scene.Node.WorkAsync();
        Assert.True((await scene.DeliveriesAsync(job)).Count(d => d.Status == DeliveryStatus.Delivered) >= 30);
    }

    [Theory, EveryDatabase]
    public async Task Is_not_blamed_for_one_callback_s_server_errors(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=2");
        var receiver = scene.Listen();
        receiver.Answers(500);
        await scene.OweAsync(receiver, deliveries: 20);
        await scene.Node.WorkAsync();
        Assert.Equal((0, 20), ((await scene.ReceiverAsync(receiver)).Openings, receiver.Requests.Count));

        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        Assert.Equal(1, (await scene.ReceiverAsync(receiver)).Openings);
    }

    [Theory, EveryDatabase]
    public async Task Is_not_blamed_for_answers_that_refuse(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=2");
        var receiver = scene.Listen();
        receiver.Answers(404);
        await scene.OweAsync(receiver, deliveries: 10);
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();

        Assert.Equal((0, 0), ((await scene.ReceiverAsync(receiver)).Openings, (await scene.ReceiverAsync(receiver)).Failures));
    }

    [Theory, EveryDatabase]
    public async Task Is_disabled_after_days_and_its_whole_backlog_parked_in_pieces(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=2", "Deliveries:DisableAfter=5.00:00:00");
        var receiver = scene.Listen();
        receiver.HangsUp = true;
        var job = await scene.OweAsync(receiver, deliveries: 2500);
        var other = await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        scene.Clock.Advance(TimeSpan.FromDays(5) - TimeSpan.FromMinutes(1));
        await scene.Node.WorkAsync();
        Assert.Null((await scene.ReceiverAsync(receiver)).DisabledAt);

        scene.Clock.Advance(TimeSpan.FromHours(1));
        await scene.Node.WorkAsync();

        Assert.Equal(scene.Now, (await scene.ReceiverAsync(receiver)).DisabledAt);
        Assert.All(await scene.DeliveriesAsync(), d => Assert.Equal((DeliveryStatus.Parked, "receiver_disabled"), d.State()));

        receiver.HangsUp = false;
        var late = await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        Assert.Equal((DeliveryStatus.Parked, "receiver_disabled"), (await scene.DeliveryAsync(late)).State());
        Assert.Empty(receiver.Requests);

        var row = await scene.ReceiverAsync(receiver);
        await scene.Node.Get<ReceiverStore>().ResumeAsync(row.TenantId, row.Id, scene.Patience);
        await scene.ReplayAsync(await scene.DeliveryAsync(late));
        await scene.ReplayAsync(await scene.DeliveryAsync(other));
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(late) && await scene.IsAllDeliveredAsync(other));
        Assert.Equal(2500, (await scene.DeliveriesAsync(job)).Count(d => d.Status == DeliveryStatus.Parked));
    }

    [Theory, EveryDatabase]
    public async Task Is_not_disabled_where_it_answered_in_between(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=2");
        var receiver = scene.Listen();
        for (var day = 0; day < 8; day++)
        {
            receiver.HangsUp = day != 3;
            await scene.FinishJobAsync(receiver);
            await scene.Node.WorkAsync();
            scene.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Null((await scene.ReceiverAsync(receiver)).DisabledAt);
    }
}
