using Storage;
using Storage.Tenants;

namespace JobApi.Access;

/// <summary>Who asks: known from the key and from nothing else in the request.</summary>
internal sealed record Caller(Id<Tenant> Tenant, Id<ApiKey> Key, Role Role)
{
    /// <summary>The job types that a worker's key is bound to; null for all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Every route that takes a caller wants a key, so there is one.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<Caller>());
}
