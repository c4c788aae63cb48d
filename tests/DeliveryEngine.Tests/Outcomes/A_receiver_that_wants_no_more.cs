using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Outcomes;

public sealed class A_receiver_that_wants_no_more
{
    private static readonly (string, string) Disable = ("webhook-delivery", "disable");

    [Theory, EveryDatabase]
    public async Task Parks_what_it_answered_and_cancels_the_rest_of_that_callback_unsent(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlightPerReceiver=1");
        var receiver = scene.Listen();
        receiver.Answers(410);
        await scene.OweAsync(receiver, deliveries: 10);

        await scene.Node.WorkAsync();

        var deliveries = await scene.DeliveriesAsync();
        Assert.Equal((DeliveryStatus.Parked, "gone"), Assert.Single(deliveries, d => d.Attempts == 1).State());
        Assert.Equal(9, deliveries.Count(d => d.Attempts == 0 && d.State() == (DeliveryStatus.Canceled, "gone")));
        Assert.Single(receiver.Requests);
        Assert.Single(await scene.AttemptsAsync());
        Assert.Equal((CallbackStatus.Disabled, "gone"), Assert.Single(await scene.CallbacksAsync()).State());
    }

    [Theory, EveryDatabase]
    public async Task Is_remembered_by_URL_for_a_day(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(received => new Answer(received.Path == "/hook" ? 410 : 200));
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();

        scene.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        var within = await scene.FinishJobAsync(receiver);
        var elsewhere = await scene.FinishJobAsync(receiver.Url + "/of-another-path");
        await scene.Node.WorkAsync();

        Assert.Equal((DeliveryStatus.Parked, "gone"), (await scene.DeliveryAsync(within)).State());
        Assert.Equal(DeliveryStatus.Delivered, (await scene.DeliveryAsync(elsewhere)).Status);
        Assert.Equal(["/hook", "/hook/of-another-path"], receiver.Requests.Select(r => r.Path));
        Assert.Equal(2, (await scene.AttemptsAsync()).Count);
        Assert.Equal("gone", (await scene.CallbacksAsync()).Find(c => c.JobId == within.Id)?.Reason);

        scene.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        Assert.Equal(3, receiver.Requests.Count);
    }

    [Theory, EveryDatabase(200, 500)]
    public async Task May_say_so_with_a_header_on_any_answer(On database, int status)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlightPerReceiver=1");
        var receiver = scene.Listen();
        receiver.Answers(status, Disable);
        await scene.OweAsync(receiver, deliveries: 2);
        await scene.Node.WorkAsync();
        var other = await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();

        var deliveries = await scene.DeliveriesAsync();
        Assert.All(deliveries, d => Assert.Equal("disabled_by_receiver", d.Reason));
        Assert.Equal([DeliveryStatus.Parked, DeliveryStatus.Parked, DeliveryStatus.Canceled], deliveries.Select(d => d.Status).Order());
        Assert.All(await scene.CallbacksAsync(), c => Assert.Equal((CallbackStatus.Disabled, "disabled_by_receiver"), c.State()));
        Assert.Single(receiver.Requests);
        Assert.Equal(0, (await scene.DeliveryAsync(other)).Attempts);
    }

    [Theory, EveryDatabase(200, 500)]
    public async Task May_refuse_a_single_delivery(On database, int status)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlightPerReceiver=1");
        var receiver = scene.Listen();
        receiver.Answers(_ => receiver.Requests.Count == 1 ? new Answer(status, ("webhook-delivery", " Abort-Message ")) : new Answer(200));
        await scene.OweAsync(receiver, deliveries: 2);

        await scene.Node.WorkAsync();

        Assert.Equal(
            [(DeliveryStatus.Delivered, null), (DeliveryStatus.Parked, "refused_by_receiver")],
            (await scene.DeliveriesAsync()).Select(d => d.State()).Order());
        Assert.Equal(CallbackStatus.Active, Assert.Single(await scene.CallbacksAsync()).Status);
    }
}
