using System.Diagnostics.CodeAnalysis;
using JobApi.Access;
using JobApi.Http;
using JobApi.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage;
using Storage.Tenants;
using Webhooks.Contract;

namespace JobApi.Keys;

/// <summary>Making and revoking API keys. A key's text is in the answer that made it and nowhere else.</summary>
internal static class KeyRoutes
{
    private const int LongestName = 200;
    private const int MostTypes = 50;

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/keys").WithTags("Keys").RequireAuthorization(Roles.Admin).Documented();
        keys.MapPost("/", Make).Documented(400, 413, 415, 422);
        keys.MapGet("/", List).Documented(400);
        keys.MapDelete("/{id}", Revoke).Documented(404, 409);
    }

    private static async Task<Results<Created<KeyDocument>, Problem>> Make(
        Body<CreateKey> body, Caller caller, TenantStore tenants, Links links, TimeProvider clock, HttpResponse response, CancellationToken stop)
    {
        if (!body.TryGet(out var wanted, out var fault) || !TryReadRole(wanted, clock.GetUtcNow(), out var role, out fault))
            return fault;
        var (key, text) = await tenants.MakeKeyAsync(caller.Tenant, wanted.Name!, role, wanted.Types, wanted.ExpiresAt, stop);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created(links.To($"/keys/{key.Id}"), Document(key) with { Key = text });
    }

    private static async Task<Results<Ok<Page<KeyDocument>>, Problem>> List(
        string? limit, string? cursor, HttpRequest request, Caller caller, TenantStore tenants, CancellationToken stop)
    {
        var rules = new QueryRules(request.Query);
        var (before, count) = (rules.After<ApiKey>(cursor), rules.Limit(limit));
        if (rules.Fault is { } fault)
            return fault;
        var found = await tenants.ListKeysAsync(caller.Tenant, before, count + 1, stop);
        var page = found.Take(count).ToList();
        return TypedResults.Ok(new Page<KeyDocument>
        {
            Items = [.. page.Select(Document)], NextCursor = found.Count > page.Count ? Cursor.After(page[^1].Id) : null,
        });
    }

    private static async Task<Results<Ok<KeyDocument>, Problem>> Revoke(
        string id, Caller caller, TenantStore tenants, KeyCache cache, TimeProvider clock, CancellationToken stop)
    {
        if (!Id<ApiKey>.TryParse(id, out var keyId) || await tenants.FindKeyAsync(caller.Tenant, keyId, stop) is not { } key)
            return Problem.NoSuch("key");
        if (key.Role == Role.Admin && key.IsGood(clock.GetUtcNow()) && !await HasAnotherAdminAsync(tenants, key, clock.GetUtcNow(), stop))
            return Problem.Conflict("last_admin_key", "This is the last usable admin key: make another one before revoking it.");
        var revoked = await tenants.RevokeKeyAsync(caller.Tenant, keyId, stop);
        cache.Forget();
        return TypedResults.Ok(Document(revoked!));
    }

    private static async Task<bool> HasAnotherAdminAsync(TenantStore tenants, ApiKey key, DateTimeOffset now, CancellationToken stop)
    {
        for (Id<ApiKey>? before = null; ;)
        {
            var page = await tenants.ListKeysAsync(key.TenantId, before, QueryRules.LargestPage, stop);
            if (page.Exists(other => other.Role == Role.Admin && other.Id != key.Id && other.IsGood(now)))
                return true;
            if (page.Count < QueryRules.LargestPage)
                return false;
            before = page[^1].Id;
        }
    }

    private static bool TryReadRole(CreateKey wanted, DateTimeOffset now, out Role role, [NotNullWhen(false)] out Problem? fault)
    {
        var known = Enum.GetValues<Role>().Where(r => Roles.NameOf(r) == wanted.Role).ToList();
        role = known.FirstOrDefault();
        fault = wanted.Name is null ? Problem.Malformed("name: is required.")
            : wanted.Role is null ? Problem.Malformed("role: is required.")
            : TextRules.Fault("name", wanted.Name, LongestName)
            ?? (known.Count == 0 ? Problem.Refused("role: must be client, worker or admin.") : null)
            ?? TypesFault(wanted.Types, role)
            ?? (wanted.ExpiresAt <= now ? Problem.Refused("expires_at: must be in the future.") : null);
        return fault is null;
    }

    private static Problem? TypesFault(IReadOnlyList<string>? types, Role role)
    {
        if (types is null)
            return null;
        if (types.Any(type => type is null))
            return Problem.Malformed("types: every item must be a string.");
        if (role != Role.Worker)
            return Problem.Refused("types: only a worker's key is bound to job types.");
        return types.Count is >= 1 and <= MostTypes && types.All(type => JobTypeRule.IsMet(type))
            ? null
            : Problem.Refused($"types: must be 1 to {MostTypes} job types.");
    }

    private static KeyDocument Document(ApiKey key) => new()
    {
        Id = key.Id.ToString(), Name = key.Name, Role = Roles.NameOf(key.Role), Types = key.Types?.Split(' '), CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt, RevokedAt = key.RevokedAt,
    };
}
