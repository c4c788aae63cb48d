using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Order;

public sealed class An_ordered_callback
{
    [Theory, EveryDatabase]
    public async Task Gets_each_event_when_the_one_before_is_delivered(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(received => new Answer(receiver.Requests.Count(r => r.WebhookId == received.WebhookId) < 2 ? 500 : 200));
        var job = await scene.OweAsync(receiver, deliveries: 6, ordering: Ordering.Block);

        for (var turn = 0; turn < 20; turn++)
        {
            await scene.Node.WorkAsync();
            scene.Clock.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.True(await scene.IsAllDeliveredAsync(job));
        var deliveries = await scene.DeliveriesAsync(job);
        Assert.Equal(deliveries.SelectMany(d => (string[])[Name(d), Name(d)]), receiver.Requests.Select(r => r.WebhookId));
        Assert.Equal(1, receiver.MostAtOnce);
    }

    [Theory, EveryDatabase]
    public async Task Waits_behind_a_parked_event_until_it_is_replayed(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(_ => new Answer(500, ("webhook-delivery", "abort-message")));
        var job = await scene.OweAsync(receiver, deliveries: 3, ordering: Ordering.Block);

        await scene.Node.WorkAsync();
        Assert.Single(receiver.Requests);

        receiver.Answers(200);
        await scene.ReplayAsync((await scene.DeliveriesAsync(job))[0]);
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(job));
        var deliveries = await scene.DeliveriesAsync(job);
        Assert.Equal([Name(deliveries[0]), .. deliveries.Select(Name)], receiver.Requests.Select(r => r.WebhookId));
    }

    [Theory, EveryDatabase]
    public async Task May_skip_a_parked_event(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(_ => receiver.Requests.Count == 1 ? new Answer(500, ("webhook-delivery", "abort-message")) : new Answer(200));
        var job = await scene.OweAsync(receiver, deliveries: 3, ordering: Ordering.Skip);

        await scene.Node.WorkAsync();

        Assert.Equal(
            [DeliveryStatus.Parked, DeliveryStatus.Delivered, DeliveryStatus.Delivered],
            (await scene.DeliveriesAsync(job)).Select(d => d.Status));
    }

    [Theory, EveryDatabase]
    public async Task Does_not_hold_up_other_jobs_at_the_same_receiver(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(received => new Answer(receiver.Requests[0].WebhookId == received.WebhookId ? 500 : 200));
        var held = await scene.OweAsync(receiver, deliveries: 3, ordering: Ordering.Block);
        await scene.Node.WorkAsync();
        var free = await scene.OweAsync(receiver, deliveries: 3, ordering: Ordering.Block);
        await scene.Node.WorkAsync();

        Assert.True(await scene.IsAllDeliveredAsync(free));
        Assert.All(await scene.DeliveriesAsync(held), d => Assert.Equal(DeliveryStatus.Pending, d.Status));
    }

    [Theory, EveryDatabase]
    public async Task Is_the_only_one_that_waits_but_others_start_in_order_too(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlightPerReceiver=1");
        var receiver = scene.Listen();
        var job = await scene.OweAsync(receiver, deliveries: 25);

        await scene.Node.WorkAsync();

        Assert.Equal((await scene.DeliveriesAsync(job)).Select(Name), receiver.Requests.Select(r => r.WebhookId));
    }

    private static string Name(Delivery delivery) => $"evt_{delivery.JobId}_{delivery.Seq}";
}
