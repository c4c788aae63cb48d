using JobApi.Settings;
using Microsoft.Extensions.Options;
using Storage.Tenants;
using WebhookVerifier;

namespace JobApi.Access;

/// <summary>
/// Sees to it that there is an administrator: the configured key, or one that is made at the first start. What the first start makes is printed
/// that once: the key, and the secret that signs for callbacks without one of their own.
/// </summary>
internal sealed class FirstKey(TenantStore tenants, SecretBox box, IOptions<SecurityOptions> options)
{
    public async Task EnsureAsync(TextWriter console, CancellationToken stop)
    {
        var tenant = TenantStore.DefaultId;
        var isFirstStart = !await tenants.HasAdminKeyAsync(tenant, stop);
        if (options.Value.BootstrapKey is { } configured)
            await tenants.EnsureBootstrapKeyAsync(tenant, configured, stop);
        else if (isFirstStart)
        {
            var (_, text) = await tenants.MakeKeyAsync(tenant, "first", Role.Admin, null, null, stop);
            await console.WriteLineAsync($"Admin API key, shown this once: {text}".AsMemory(), stop);
        }
        if (isFirstStart && await tenants.FindAsync(tenant, stop) is { } made)
        {
            var secret = WebhookSecret.FromBytes(box.Open(made.SigningSecret)).Reveal();
            await console.WriteLineAsync($"Signing secret, shown this once: {secret}".AsMemory(), stop);
        }
    }
}
