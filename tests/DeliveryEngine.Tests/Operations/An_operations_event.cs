using System.Globalization;
using System.Text.Json;
using DeliveryEngine.Tests.Stage;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Operations;
using Storage.Tenants;
using WebhookVerifier;

namespace DeliveryEngine.Tests.Operations;

public sealed class An_operations_event
{
    private const string OneAttempt = "Deliveries:Schedule:0=00:00:00";

    [Theory, EveryDatabase]
    public async Task Tells_of_parked_deliveries_signed_as_everything_else(On database)
    {
        await using var scene = await Scene.OnAsync(database, OneAttempt);
        var (receiver, told) = (scene.Listen(), await ListenAsync(scene));
        receiver.Answers(500);
        var job = await scene.FinishJobAsync(receiver);

        await scene.Node.WorkUntilAsync(() => Task.FromResult(told.Requests.Count == 1));
        await scene.Node.WorkAsync();

        var request = Assert.Single(told.Requests);
        var parked = await scene.DeliveryAsync(job);
        var data = Data(request, "delivery.parked");
        Assert.Equal(("retries_exhausted", 1), (data.GetProperty("reason").GetString(), data.GetProperty("count").GetInt32()));
        Assert.Equal(Origin.Of(receiver.Url), data.GetProperty("origin").GetString());
        Assert.Equal(parked.Id.ToString(), data.GetProperty("deliveries")[0].GetProperty("id").GetString());
        Assert.Equal($"evt_{OperationsSequence.LogOf(TenantStore.DefaultId)}_1", request.WebhookId);
        var verdict = (await scene.VerifierAsync()).Verify(
            request.WebhookId, request.Header("webhook-timestamp"), request.Header("webhook-signature"), request.Body, scene.Now.ToUnixTimeSeconds());
        Assert.Equal(Verdict.Ok, verdict);
    }

    [Theory, EveryDatabase]
    public async Task Tells_once_of_a_callback_that_its_receiver_disabled(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, told) = (scene.Listen(), await ListenAsync(scene, JobEventType.CallbackDisabled.ToSet()));
        receiver.Answers(410);
        receiver.Hold();
        var job = await scene.OweAsync(receiver, 5);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(5, scene.Patience);
        receiver.LetGo();

        await scene.Node.WorkUntilAsync(() => Task.FromResult(told.Requests.Count > 0));
        await scene.Node.WorkAsync();

        var data = Data(Assert.Single(told.Requests), "callback.disabled");
        Assert.Equal("gone", data.GetProperty("reason").GetString());
        Assert.Equal(job.Id.ToString(), Assert.Single(data.GetProperty("callbacks").EnumerateArray()).GetProperty("job_id").GetString());
    }

    [Theory, EveryDatabase]
    public async Task Is_retried_parked_and_replayed_as_any_delivery_and_makes_no_event_of_its_own(On database)
    {
        await using var scene = await Scene.OnAsync(database, OneAttempt);
        var (receiver, told) = (scene.Listen(), await ListenAsync(scene));
        receiver.Answers(500);
        told.Answers(500);
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkUntilAsync(async () => (await ToldAsync(scene)).Exists(d => d.Status == DeliveryStatus.Parked));
        await scene.Node.WorkAsync();
        var parked = Assert.Single(await ToldAsync(scene));

        told.Answers(200);
        await scene.ReplayAsync(parked);
        await scene.Node.WorkAsync();

        Assert.Equal((DeliveryStatus.Delivered, 2), (Assert.Single(await ToldAsync(scene)).Status, told.Requests.Count));
        Assert.Equal(told.Requests[0].Body, told.Requests[1].Body);
    }

    [Theory, EveryDatabase]
    public async Task Tells_how_a_receiver_fares_from_its_first_failures_to_its_return(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:BreakerFailures=2", "Deliveries:DisableAfter=1.00:00:00");
        var told = await ListenAsync(scene, EventSet.Operations & ~JobEventType.DeliveryParked.ToSet());
        var receiver = scene.Listen();
        receiver.HangsUp = true;
        await scene.OweAsync(receiver, deliveries: 3);
        await scene.Node.WorkAsync();
        await ToldAsync("breaker.opened");

        receiver.HangsUp = false;
        scene.Clock.Advance(TimeSpan.FromSeconds(40));
        await scene.Node.WorkAsync();
        await ToldAsync("breaker.opened", "breaker.closed");

        receiver.HangsUp = true;
        await scene.OweAsync(receiver, deliveries: 3);
        await scene.Node.WorkAsync();
        scene.Clock.Advance(TimeSpan.FromDays(2));
        await scene.Node.WorkAsync();
        await ToldAsync("breaker.opened", "breaker.closed", "breaker.opened", "breaker.opened", "receiver.disabled");

        var row = await scene.ReceiverAsync(receiver);
        await scene.Node.Get<ReceiverStore>().ResumeAsync(row.TenantId, row.Id, scene.Patience);
        await ToldAsync("breaker.opened", "breaker.closed", "breaker.opened", "breaker.opened", "receiver.disabled", "receiver.enabled");

        async Task ToldAsync(params string[] types)
        {
            await scene.Node.WorkUntilAsync(() => Task.FromResult(told.Requests.Count >= types.Length));
            await scene.Node.WorkAsync();
            Assert.Equal(types, told.Requests.OrderBy(r => int.Parse(r.WebhookId.Split('_')[^1], CultureInfo.InvariantCulture)).Select(TypeOf));
        }

        static string? TypeOf(Received request) => JsonDocument.Parse(request.Body).RootElement.GetProperty("type").GetString();
    }

    private static async Task<Listener> ListenAsync(Scene scene, EventSet events = EventSet.Operations)
    {
        var listener = scene.Listen("operations");
        await scene.Node.Get<OperationsCallbacks>().PutAsync(
            new Callback
            {
                Id = Id<Callback>.New(scene.Now), TenantId = TenantStore.DefaultId, JobId = OperationsSequence.LogOf(TenantStore.DefaultId),
                Url = listener.Url, ReceiverId = Receiver.IdOf(TenantStore.DefaultId, Origin.Of(listener.Url)), Events = events, CreatedAt = scene.Now,
            },
            scene.Patience);
        return listener;
    }

    private static async Task<List<Delivery>> ToldAsync(Scene scene) =>
        (await scene.DeliveriesAsync()).FindAll(d => d.JobId == OperationsSequence.LogOf(TenantStore.DefaultId));

    private static JsonElement Data(Received request, string type)
    {
        var body = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal(type, body.GetProperty("type").GetString());
        return body.GetProperty("data");
    }
}
