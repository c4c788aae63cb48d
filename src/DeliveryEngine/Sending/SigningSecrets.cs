using System.Collections.Concurrent;
using Storage;
using Storage.Jobs;
using Storage.Tenants;
using WebhookVerifier;

namespace DeliveryEngine.Sending;

/// <summary>
/// Opens secrets as they are needed. A tenant's are kept for a few seconds, so that a page of deliveries costs one look-up and a rotation is
/// everywhere soon.
/// </summary>
internal sealed class SigningSecrets(SigningKeyStore keys, SecretBox box, TimeProvider clock)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Id<Tenant>, (Task<Opened> Opened, long Since)> _kept = [];

    /// <summary>A callback's own secret signs instead of the tenant's.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key ring is not the one that sealed the secrets.</exception>
    public async ValueTask<Signing> ForAsync(Id<Tenant> tenant, byte[]? callbackPrivate)
    {
        if (callbackPrivate is null)
            return await OfTenantAsync(tenant);
        var own = CallbackPrivate.Open(callbackPrivate, box);
        var signing = own.Secret is { } secret ? Signing.With(secret) : await OfTenantAsync(tenant);
        return signing with { Headers = own.Headers };
    }

    private async ValueTask<Signing> OfTenantAsync(Id<Tenant> tenant)
    {
        if (_kept.TryGetValue(tenant, out var kept) && !kept.Opened.IsFaulted && clock.GetElapsedTime(kept.Since) < KeptFor)
        {
            var opened = await kept.Opened;
            if (opened.GoodUntil is null || opened.GoodUntil > clock.GetUtcNow())
                return opened.Signing;
        }
        var reading = ReadAsync(tenant);
        _kept[tenant] = (reading, clock.GetTimestamp());
        return (await reading).Signing;
    }

    private async Task<Opened> ReadAsync(Id<Tenant> tenant)
    {
        var now = clock.GetUtcNow();
        var active = (await keys.ListAsync(tenant, CancellationToken.None)).FindAll(key => key.SignsAt(now));
        if (active.Count == 0)
            throw new InvalidOperationException("The tenant is not there.");
        return new(
            new Signing(
                [.. active.Where(key => key.Scheme == SigningScheme.V1).Select(key => WebhookSecret.FromBytes(box.Open(key.Sealed)))],
                [.. active.Where(key => key.Scheme == SigningScheme.V1a).Select(key => Ed25519SigningKey.FromSeed(box.Open(key.Sealed)))]),
            active.Min(key => key.ExpiresAt));
    }

    /// <summary>Until the first of the keys ends.</summary>
    private sealed record Opened(Signing Signing, DateTimeOffset? GoodUntil);
}
