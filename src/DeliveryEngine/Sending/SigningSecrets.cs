using System.Collections.Concurrent;
using Storage;
using Storage.Jobs;
using Storage.Tenants;
using WebhookVerifier;

namespace DeliveryEngine.Sending;

/// <summary>What one callback is signed with, and the headers of its own.</summary>
internal sealed record Signing(IReadOnlyList<WebhookSecret> Secrets, IReadOnlyDictionary<string, string>? Headers);

/// <summary>Opens secrets as they are needed. A tenant's is kept for a few seconds, so that a page of deliveries costs one look-up.</summary>
internal sealed class SigningSecrets(TenantStore tenants, SecretBox box, TimeProvider clock)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Id<Tenant>, (Task<IReadOnlyList<WebhookSecret>> Secrets, long Since)> _kept = [];

    /// <summary>A callback's own secret signs instead of the tenant's.</summary>
    public async ValueTask<Signing> ForAsync(Id<Tenant> tenant, byte[]? callbackPrivate)
    {
        if (callbackPrivate is null)
            return new Signing(await OfTenantAsync(tenant), null);
        var own = CallbackPrivate.Open(callbackPrivate, box);
        return own.Secret is null
            ? new Signing(await OfTenantAsync(tenant), own.Headers)
            : new Signing([WebhookSecret.Parse(own.Secret)], own.Headers);
    }

    private Task<IReadOnlyList<WebhookSecret>> OfTenantAsync(Id<Tenant> tenant)
    {
        if (_kept.TryGetValue(tenant, out var kept) && !kept.Secrets.IsFaulted && clock.GetElapsedTime(kept.Since) < KeptFor)
            return kept.Secrets;
        var secrets = ReadAsync(tenant);
        _kept[tenant] = (secrets, clock.GetTimestamp());
        return secrets;
    }

    private async Task<IReadOnlyList<WebhookSecret>> ReadAsync(Id<Tenant> tenant)
    {
        var row = await tenants.FindAsync(tenant, CancellationToken.None) ?? throw new InvalidOperationException("The tenant is not there.");
        return [WebhookSecret.FromBytes(box.Open(row.SigningSecret))];
    }
}
