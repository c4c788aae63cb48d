using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage;
using Storage.Tenants;
using Webhooks.Contract;

namespace JobApi.Signing;

/// <summary>
/// The public keys of one issuer, for anybody. An issuer is a tenant; it has to be named by who knows it, so that the document lists no
/// tenants, and a receiver can't take another tenant's key for its sender's. Unknown issuers and those without keys are answered alike.
/// </summary>
internal static class PublicKeyRoutes
{
    private const string Path = "/.well-known/webhook-keys";

    public static string UrlOf(Id<Tenant> tenant) => $"{Path}?issuer={tenant}";

    public static void MapPublicKeys(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, Read).WithTags("Signing").AllowAnonymous().Documented(400);

    private static async Task<Results<Ok<WebhookKeys>, Problem>> Read(
        string? issuer, SigningKeyStore keys, TimeProvider clock, HttpResponse response, CancellationToken stop)
    {
        var tenant = TenantStore.DefaultId;
        if (issuer is not null && !Id<Tenant>.TryParse(issuer, out tenant))
            return Problem.Malformed("issuer: must be the issuer that GET /signing-secret names.");
        var now = clock.GetUtcNow();
        var active = (await keys.ListAsync(tenant, stop)).Where(key => key.PublicKey is not null && key.SignsAt(now));
        response.Headers.CacheControl = "public, max-age=60";
        return TypedResults.Ok(new WebhookKeys { Issuer = tenant.ToString(), Keys = [.. active.Select(Document)] });
    }

    private static WebhookKey Document(SigningKey key) => new()
    {
        Id = key.Id.ToString(), Scheme = SigningSchemes.V1a, PublicKey = key.PublicKey!, ActiveUntil = key.ExpiresAt,
    };
}
