using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Replays;

public sealed class A_replay
{
    private const string OneAttempt = "Deliveries:Schedule:0=00:00:00";

    [Theory, EveryDatabase]
    public async Task Delivers_what_was_parked_with_the_same_id_and_bytes(On database)
    {
        await using var scene = await Scene.OnAsync(database, OneAttempt);
        var receiver = scene.Listen();
        receiver.Answers(500);
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        Assert.Equal("retries_exhausted", (await scene.DeliveryAsync()).Reason);

        receiver.Answers(200);
        scene.Clock.Advance(TimeSpan.FromDays(2));
        await scene.ReplayAsync(await scene.DeliveryAsync());
        var waiting = await scene.DeliveryAsync();
        await scene.Node.WorkAsync();

        Assert.Equal((DeliveryStatus.Pending, null), waiting.State());
        Assert.Equal((2, 0, scene.Now), (waiting.Round, waiting.Failures, waiting.DueAt));
        Assert.Equal((DeliveryStatus.Delivered, null), (await scene.DeliveryAsync()).State());
        Assert.Equal(receiver.Requests[0].WebhookId, receiver.Requests[1].WebhookId);
        Assert.Equal(receiver.Requests[0].Body, receiver.Requests[1].Body);
        Assert.Equal([(1, 1), (2, 2)], (await scene.AttemptsAsync()).Select(a => (a.Number, a.Round)));
    }

    [Theory, EveryDatabase]
    public async Task Starts_the_schedule_afresh(On database)
    {
        await using var scene = await Scene.OnAsync(database, OneAttempt, "Deliveries:Schedule:1=00:00:05");
        var receiver = scene.Listen();
        receiver.Answers(500);
        await scene.FinishJobAsync(receiver);
        await FailTwiceAsync(scene);

        await scene.ReplayAsync(await scene.DeliveryAsync());
        await FailTwiceAsync(scene);

        Assert.Equal([1, 1, 2, 2], (await scene.AttemptsAsync()).Select(a => a.Round));
    }

    [Theory, EveryDatabase]
    public async Task Sends_what_was_delivered_again_and_keeps_the_time_when_it_first_was(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        scene.Clock.Advance(TimeSpan.FromHours(1));

        await scene.ReplayAsync(await scene.DeliveryAsync());
        var waiting = await scene.DeliveryAsync();
        await scene.Node.WorkAsync();
        var again = await scene.DeliveryAsync();

        Assert.Equal(2, receiver.Requests.Count);
        Assert.Equal((DeliveryStatus.Pending, Scene.Start), (waiting.Status, waiting.DeliveredAt));
        Assert.Equal((DeliveryStatus.Delivered, Scene.Start), (again.Status, again.DeliveredAt));
    }

    [Theory, EveryDatabase]
    public async Task Enables_a_callback_that_was_disabled_and_forgets_that_its_URL_was_gone(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(410);
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();

        receiver.Answers(200);
        await scene.ReplayAsync(await scene.DeliveryAsync());
        await scene.Node.WorkAsync();

        Assert.Equal(2, receiver.Requests.Count);
        Assert.Equal(DeliveryStatus.Delivered, (await scene.DeliveryAsync()).Status);
        Assert.Equal((CallbackStatus.Active, null), Assert.Single(await scene.CallbacksAsync()).State());
    }

    [Theory, EveryDatabase("accepted", "failed", "refused")]
    public async Task Is_not_ended_by_an_answer_to_the_round_before(On database, string answered)
    {
        await using var scene = await Scene.OnAsync(database, OneAttempt);
        var receiver = scene.Listen();
        var late = answered switch
        {
            "accepted" => new Answer(200),
            "failed" => new Answer(500),
            _ => new Answer(200, ("webhook-delivery", "abort-message")),
        };
        receiver.Answers(_ => late);
        receiver.Hold();
        await scene.FinishJobAsync(receiver);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(1, scene.Patience);

        await scene.ReplayAsync(await scene.DeliveryAsync());
        receiver.LetGo();
        await scene.Node.ReturnedAsync(1);
        receiver.Answers(200);
        await scene.Node.WorkAsync();

        Assert.Equal(2, receiver.Requests.Count);
        var delivery = await scene.DeliveryAsync();
        Assert.Equal((DeliveryStatus.Delivered, null), delivery.State());
        Assert.Equal((2, 2, 0), (delivery.Round, delivery.Attempts, delivery.Failures));
        Assert.Equal([(1, late.Status), (2, 200)], (await scene.AttemptsAsync()).Select(a => (a.Round, a.StatusCode!.Value)));
    }

    private static async Task FailTwiceAsync(Scene scene)
    {
        await scene.Node.WorkAsync();
        Assert.Equal(1, (await scene.DeliveryAsync()).Failures);
        scene.Clock.Advance(TimeSpan.FromSeconds(6));
        await scene.Node.WorkAsync();
        Assert.Equal("retries_exhausted", (await scene.DeliveryAsync()).Reason);
    }
}
