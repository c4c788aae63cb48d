using System.Diagnostics;
using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;
using WebhookVerifier;

namespace DeliveryEngine.Tests.Sending;

public sealed class One_delivery
{
    [Theory, EveryDatabase]
    public async Task Is_a_signed_POST_of_the_stored_bytes(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        var job = await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        var (delivery, request) = (await scene.DeliveryAsync(), Assert.Single(receiver.Requests));
        var (seq, _, body) = (await scene.Node.Get<JobStore>().EventsAsync(job.Id, 0, 10, scene.Patience))[^1];
        Assert.Equal(("POST", "/hook"), (request.Method, request.Path));
        Assert.Equal(body, request.Body);
        Assert.Equal("application/json", request.Header("content-type"));
        Assert.StartsWith("Webhooks/", request.Header("user-agent"), StringComparison.Ordinal);
        Assert.Equal($"evt_{job.Id}_{seq}", request.WebhookId);
        Assert.Equal($"{Scene.Start.ToUnixTimeSeconds()}", request.Header("webhook-timestamp"));
        Assert.Equal(Verdict.Ok, (await scene.VerifierAsync()).Verify(request.Headers, request.Body, scene.Clock));
        Assert.Equal((DeliveryStatus.Delivered, null), delivery.State());
        Assert.Equal((1, 0, Scene.Start), (delivery.Attempts, delivery.Failures, delivery.DeliveredAt));
    }

    [Theory, EveryDatabase]
    public async Task Is_signed_with_the_secret_of_its_callback_where_it_has_one(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, own) = (scene.Listen(), WebhookSecret.Generate());
        await scene.FinishJobAsync(new Asked(receiver.Url, Secret: own.Reveal()));

        await scene.Node.WorkAsync();

        var request = Assert.Single(receiver.Requests);
        Assert.Equal(Verdict.Ok, new Verifier([own]).Verify(request.Headers, request.Body, scene.Clock));
        Assert.Equal(Verdict.NoMatch, (await scene.VerifierAsync()).Verify(request.Headers, request.Body, scene.Clock));
    }

    [Theory, EveryDatabase]
    public async Task Is_signed_with_the_secret_of_its_own_tenant(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, other) = (scene.Listen(), await scene.AddTenantAsync());
        var theirs = await scene.FinishJobAsync(other, receiver);
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        var (our, their) = (await scene.VerifierAsync(), await scene.VerifierAsync(other));
        Assert.Equal(2, receiver.Requests.Count);
        foreach (var request in receiver.Requests)
        {
            var isTheirs = request.WebhookId.Contains(theirs.Id.ToString(), StringComparison.Ordinal);
            Assert.Equal(isTheirs ? Verdict.NoMatch : Verdict.Ok, our.Verify(request.Headers, request.Body, scene.Clock));
            Assert.Equal(isTheirs ? Verdict.Ok : Verdict.NoMatch, their.Verify(request.Headers, request.Body, scene.Clock));
        }
    }

    [Theory, EveryDatabase]
    public async Task Carries_the_headers_of_its_callback_and_none_that_the_runtime_would_add(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(500, ("set-cookie", "session=1; path=/"));
        var headers = new Dictionary<string, string> { ["authorization"] = "Bearer x", ["x-shop"] = "7" };
        await scene.FinishJobAsync(new Asked(receiver.Url, Headers: headers));

        using (var activity = new Activity("a request of ours").SetIdFormat(ActivityIdFormat.W3C).AddBaggage("customer", "secret").Start())
        {
            await scene.Node.WorkAsync();
            scene.Clock.Advance(TimeSpan.FromSeconds(6));
            await scene.Node.WorkAsync();
        }

        Assert.Equal(2, receiver.Requests.Count);
        Assert.All(receiver.Requests, request =>
        {
            Assert.Equal(("Bearer x", "7"), (request.Header("authorization"), request.Header("x-shop")));
            string[] all =
            [
                "content-length", "content-type", "host", "user-agent", "webhook-id", "webhook-signature", "webhook-timestamp", .. headers.Keys,
            ];
            Assert.Equal(all.Order(), request.Headers.Select(h => h.Key).Order());
        });
    }

    [Theory, EveryDatabase]
    public async Task Has_the_same_id_and_bytes_on_each_attempt_and_a_fresh_signature(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(500);
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(10)); // further than a verifier tolerates
        await scene.Node.WorkAsync();

        var (first, second) = (receiver.Requests[0], receiver.Requests[1]);
        Assert.Equal(first.WebhookId, second.WebhookId);
        Assert.Equal(first.Body, second.Body);
        Assert.NotEqual(first.Header("webhook-signature"), second.Header("webhook-signature"));
        Assert.Equal($"{scene.Now.ToUnixTimeSeconds()}", second.Header("webhook-timestamp"));
        Assert.Equal(Verdict.Ok, (await scene.VerifierAsync()).Verify(second.Headers, second.Body, scene.Clock));
    }

    [Theory, EveryDatabase]
    public async Task Is_parked_when_its_payload_is_no_longer_there(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        var lost = await scene.FinishJobAsync(receiver);
        await scene.ExecuteAsync("DELETE FROM JobEvents");
        var next = await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        Assert.Single(receiver.Requests);
        Assert.Equal("payload_missing", (await scene.DeliveryAsync(lost)).Reason);
        Assert.Equal(DeliveryStatus.Delivered, (await scene.DeliveryAsync(next)).Status);
    }
}
