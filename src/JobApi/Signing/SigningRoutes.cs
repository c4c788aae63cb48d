using System.Security.Cryptography;
using JobApi.Access;
using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage;
using Storage.Tenants;
using Webhooks.Contract;
using WebhookVerifier;

namespace JobApi.Signing;

/// <summary>The keys that a tenant's deliveries are signed with. A secret is in the answer that made it and nowhere else.</summary>
internal static partial class SigningRoutes
{
    private const int KeyBytes = 32;
    private const int UsualOverlap = 24;
    private const int LongestOverlap = 720;

    private static readonly Problem TooMany = Problem.Conflict(
        "too_many_signing_keys",
        $"{SigningKeyStore.Most} keys sign at the moment, which is as many as a receiver has to read: retire one, or wait until one ends.");

    private static readonly Problem StillNeeded = Problem.Conflict(
        "signing_key_in_use", "This is the newest shared secret, and something has to sign: rotate first.");

    public static void MapSigning(this IEndpointRouteBuilder routes)
    {
        var signing = routes.MapGroup("/signing-secret").WithTags("Signing").RequireAuthorization(Roles.Admin).Documented();
        signing.MapGet("/", List);
        signing.MapPost("/rotate", Rotate).Documented(400, 409, 413, 415, 422);
        signing.MapDelete("/{id}", Retire).Documented(404, 409);
    }

    private static async Task<Ok<SigningKeyList>> List(
        Caller caller, SigningKeyStore keys, Links links, TimeProvider clock, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return TypedResults.Ok(new SigningKeyList
        {
            Items = [.. (await keys.ListAsync(caller.Tenant, stop)).Select(key => Document(key, now))],
            PublicKeysUrl = links.To(PublicKeyRoutes.UrlOf(caller.Tenant)),
        });
    }

    private static async Task<Results<Ok<SigningKeyDocument>, Problem>> Rotate(
        Body<RotateSigningSecret> body, Caller caller, SigningKeyStore keys, SecretBox box, TimeProvider clock, HttpResponse response,
        ILogger<SigningKey> logger, CancellationToken stop)
    {
        if (!body.TryGet(out var wanted, out var fault))
            return fault;
        var hours = wanted.OverlapHours ?? UsualOverlap;
        if (hours is < 0 or > LongestOverlap)
            return Problem.Refused($"overlap_hours: must be 0 to {LongestOverlap}.");
        if (wanted.Scheme is not (null or SigningSchemes.V1 or SigningSchemes.V1a))
            return Problem.Refused($"scheme: must be {SigningSchemes.V1} or {SigningSchemes.V1a}.");

        var (bytes, isPublic) = (RandomNumberGenerator.GetBytes(KeyBytes), wanted.Scheme == SigningSchemes.V1a);
        var rotation = await keys.RotateAsync(
            caller.Tenant, isPublic ? SigningScheme.V1a : SigningScheme.V1, box.Seal(bytes),
            isPublic ? Ed25519SigningKey.FromSeed(bytes).PublicKey.ToString() : null, TimeSpan.FromHours(hours), stop);
        if (rotation is not Rotation.Made(var made))
            return TooMany;
        Log.Rotated(logger, made.Id.ToString(), hours);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(Document(made, clock.GetUtcNow()) with { Secret = isPublic ? null : new Secret(WebhookSecret.FromBytes(bytes).Reveal()) });
    }

    private static async Task<Results<Ok<SigningKeyDocument>, Problem>> Retire(
        string id, Caller caller, SigningKeyStore keys, TimeProvider clock, ILogger<SigningKey> logger, CancellationToken stop)
    {
        var rotation = Id<SigningKey>.TryParse(id, out var key)
            ? await keys.RetireAsync(caller.Tenant, key, stop)
            : new Rotation.NoSuchKey();
        if (rotation is not Rotation.Retired(var retired))
            return rotation is Rotation.StillNeeded ? StillNeeded : Problem.NoSuch("signing key");
        Log.Retired(logger, retired.Id.ToString());
        return TypedResults.Ok(Document(retired, clock.GetUtcNow()));
    }

    private static SigningKeyDocument Document(SigningKey key, DateTimeOffset now) => new()
    {
        Id = key.Id.ToString(), Scheme = key.Scheme == SigningScheme.V1a ? SigningSchemes.V1a : SigningSchemes.V1, CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt, Active = key.SignsAt(now), PublicKey = key.PublicKey,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Signing key {KeyId} signs from now on; the ones before it sign along for {Hours} h.")]
        public static partial void Rotated(ILogger logger, string keyId, int hours);

        [LoggerMessage(2, LogLevel.Information, "Signing key {KeyId} was retired.")]
        public static partial void Retired(ILogger logger, string keyId);
    }
}
