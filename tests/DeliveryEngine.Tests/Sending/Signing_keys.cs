using System.Security.Cryptography;
using DeliveryEngine.Tests.Stage;
using Storage.Tenants;
using WebhookVerifier;

namespace DeliveryEngine.Tests.Sending;

public sealed class Signing_keys
{
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    [Theory, EveryDatabase]
    public async Task Sign_each_attempt_all_together_while_they_overlap(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        var verifiers = new List<Verifier> { await scene.VerifierAsync(), await RotateAsync(scene), await RotateAsync(scene) };
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        var request = Assert.Single(receiver.Requests);
        Assert.Equal(3, request.Header("webhook-signature")!.Split(' ').Length);
        Assert.All(verifiers, verifier => Assert.Equal(Verdict.Ok, verifier.Verify(request.Headers, request.Body, scene.Clock)));
    }

    [Theory, EveryDatabase]
    public async Task Are_noticed_by_a_running_engine_within_five_seconds_and_gone_at_their_end(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        var old = await scene.VerifierAsync();
        await DeliverAsync(scene, receiver);

        var rotated = await RotateAsync(scene);
        scene.Clock.Advance(TimeSpan.FromSeconds(5));
        var during = await DeliverAsync(scene, receiver);
        scene.Clock.Advance(Overlap - TimeSpan.FromSeconds(6));
        var late = await DeliverAsync(scene, receiver);
        var verdictLate = old.Verify(late.Headers, late.Body, scene.Clock);
        scene.Clock.Advance(TimeSpan.FromSeconds(1)); // sooner than what was read is read again
        var after = await DeliverAsync(scene, receiver);

        Assert.Equal(Verdict.Ok, verdictLate);
        Assert.Equal(2, during.Header("webhook-signature")!.Split(' ').Length);
        Assert.Equal(Verdict.Ok, rotated.Verify(after.Headers, after.Body, scene.Clock));
        Assert.Equal(Verdict.NoMatch, old.Verify(after.Headers, after.Body, scene.Clock));
    }

    [Theory, EveryDatabase]
    public async Task Sign_a_retry_afresh_with_what_is_active_then(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(500);
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();

        var rotated = await RotateAsync(scene, TimeSpan.Zero);
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        await scene.Node.WorkAsync();

        var (first, second) = (receiver.Requests[0], receiver.Requests[1]);
        Assert.Equal(first.WebhookId, second.WebhookId);
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(Verdict.Ok, rotated.Verify(second.Headers, second.Body, scene.Clock));
        Assert.Equal(Verdict.NoMatch, rotated.Verify(first.Headers, first.Body, scene.Clock.GetUtcNow().ToUnixTimeSeconds() - 60));
    }

    [Theory, EveryDatabase]
    public async Task That_are_public_sign_next_to_the_secret(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        var seed = RandomNumberGenerator.GetBytes(32);
        await RotateAsync(scene, SigningScheme.V1a, seed, Overlap);
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        var request = Assert.Single(receiver.Requests);
        var open = new Ed25519Verifier([Ed25519SigningKey.FromSeed(seed).PublicKey.ToString()]);
        Assert.Equal(Verdict.Ok, open.Verify(request.Headers, request.Body, scene.Clock));
        Assert.Equal(Verdict.Ok, (await scene.VerifierAsync()).Verify(request.Headers, request.Body, scene.Clock));
    }

    [Theory, EveryDatabase]
    public async Task Of_a_callback_may_be_a_private_key_which_signs_alone(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, own) = (scene.Listen(), Ed25519SigningKey.Generate());
        await scene.FinishJobAsync(new Asked(receiver.Url, Secret: own.Reveal()));

        await scene.Node.WorkAsync();

        var request = Assert.Single(receiver.Requests);
        Assert.StartsWith("v1a,", request.Header("webhook-signature"), StringComparison.Ordinal);
        Assert.Equal(Verdict.Ok, new Ed25519Verifier([own.PublicKey.ToString()]).Verify(request.Headers, request.Body, scene.Clock));
    }

    private static async Task<Received> DeliverAsync(Scene scene, Listener receiver)
    {
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        return receiver.Requests[^1];
    }

    private static Task<Verifier> RotateAsync(Scene scene) => RotateAsync(scene, Overlap);

    private static async Task<Verifier> RotateAsync(Scene scene, TimeSpan overlap)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        await RotateAsync(scene, SigningScheme.V1, secret, overlap);
        return new Verifier([WebhookSecret.FromBytes(secret)]);
    }

    private static async Task RotateAsync(Scene scene, SigningScheme scheme, byte[] secret, TimeSpan overlap) =>
        Assert.IsType<Rotation.Made>(await scene.Node.Get<SigningKeyStore>().RotateAsync(
            TenantStore.DefaultId, scheme, scene.Node.Get<SecretBox>().Seal(secret), null, overlap, scene.Patience));
}
