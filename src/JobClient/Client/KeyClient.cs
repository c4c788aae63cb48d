using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>
/// API keys; only an admin's key may touch them. Every call throws <see cref="JobApiException"/> when the service refuses.
/// </summary>
public sealed class KeyClient
{
    private readonly IJobRoutes _routes;

    internal KeyClient(IJobRoutes routes) => _routes = routes;

    /// <summary>Makes a key. Only this answer shows it. Not repeated when the answer is lost: that might make two.</summary>
    public Task<KeyDocument> CreateAsync(CreateKey key, CancellationToken stop = default) => _routes.CreateKeyAsync(key, stop);

    /// <summary>All keys, the revoked ones included.</summary>
    public IAsyncEnumerable<KeyDocument> ListAsync() => Listing.AllAsync(_routes.ListKeysAsync);

    /// <summary>Ends a key; it works nowhere any more within 5 seconds. Idempotent.</summary>
    public Task<KeyDocument> RevokeAsync(string keyId, CancellationToken stop = default) => _routes.RevokeKeyAsync(keyId, stop);
}
