using JobApi.Settings;
using Microsoft.Extensions.Options;
using Storage.Tenants;

namespace JobApi.Access;

/// <summary>Sees to it that there is an administrator: the configured key, or one that is made at the first start and printed that once.</summary>
internal sealed class FirstKey(TenantStore tenants, IOptions<SecurityOptions> options)
{
    public async Task EnsureAsync(TextWriter console, CancellationToken stop)
    {
        var tenant = TenantStore.DefaultId;
        if (options.Value.BootstrapKey is { } configured)
            await tenants.EnsureBootstrapKeyAsync(tenant, configured, stop);
        else if (!await tenants.HasAdminKeyAsync(tenant, stop))
        {
            var (_, text) = await tenants.MakeKeyAsync(tenant, "first", Role.Admin, null, null, stop);
            await console.WriteLineAsync($"Admin API key, shown this once: {text}".AsMemory(), stop);
        }
    }
}
