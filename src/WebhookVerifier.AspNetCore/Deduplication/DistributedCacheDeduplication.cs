using Microsoft.Extensions.Caching.Distributed;

namespace WebhookVerifier.AspNetCore;

/// <summary>
/// Deduplication in a distributed cache: best effort. <see cref="IDistributedCache"/> has no set-if-absent, so two instances that
/// receive an
/// event at the same moment may both handle it, and a cache may evict what it should remember. A repeat that comes later, which is the
/// usual
/// one, is dropped. Where handling twice does harm, use <see cref="SqlDeduplication"/>.
/// </summary>
/// <param name="cache">The cache; it counts the time.</param>
/// <param name="options">Key prefix, lease and retention.</param>
public sealed class DistributedCacheDeduplication(IDistributedCache cache, CacheDeduplicationOptions options) : IDeduplication
{
    private const string Done = "done";

    /// <summary>A store with the default options.</summary>
    /// <param name="cache">The cache; it counts the time.</param>
    public DistributedCacheDeduplication(IDistributedCache cache)
        : this(cache, new CacheDeduplicationOptions())
    {
    }

    /// <inheritdoc/>
    public async Task<WebhookClaim> BeginAsync(string id, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        var key = KeyOf(id);
        if (await cache.GetStringAsync(key, stop) is { } held) return new WebhookClaim(id, StateOf(held), default);

        var claim = new WebhookClaim(id, ClaimState.New, Guid.NewGuid());
        await cache.SetStringAsync(key, TokenOf(claim), For(options.Lease), stop);

        // Of two that both found nothing, the last to write keeps it. This narrows the gap; it cannot close it.
        return await cache.GetStringAsync(key, stop) is { } kept && kept != TokenOf(claim)
            ? new WebhookClaim(id, StateOf(kept), default)
            : claim;
    }

    /// <inheritdoc/>
    public async Task<bool> CompleteAsync(WebhookClaim claim, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(claim.Id);
        var held = await cache.GetStringAsync(KeyOf(claim.Id), stop);
        if (held is not null && held != TokenOf(claim)) return held == Done;

        await cache.SetStringAsync(KeyOf(claim.Id), Done, For(options.Retention), stop);
        return true;
    }

    /// <inheritdoc/>
    public async Task AbandonAsync(WebhookClaim claim, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(claim.Id);
        if (await cache.GetStringAsync(KeyOf(claim.Id), stop) == TokenOf(claim)) await cache.RemoveAsync(KeyOf(claim.Id), stop);
    }

    private string KeyOf(string id) => options.KeyPrefix + id;

    private static ClaimState StateOf(string held) => held == Done ? ClaimState.Done : ClaimState.InProgress;

    private static string TokenOf(WebhookClaim claim) => claim.Token.ToString("N");

    private static DistributedCacheEntryOptions For(TimeSpan span) => new() { AbsoluteExpirationRelativeToNow = span };
}
