using System.Data.Common;
using Microsoft.Extensions.Caching.Distributed;
using WebhookVerifier;
using WebhookVerifier.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the store that endpoints use unless their options name another.</summary>
public static class DeduplicationRegistration
{
    /// <summary>Remembers handled webhooks in a SQL table. Create it once: <see cref="SqlDeduplication.EnsureTableAsync"/>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="connect">Makes a closed connection, such as <c>_ =&gt; new NpgsqlConnection(…)</c>.</param>
    /// <param name="configure">Changes the defaults: table, lease, retention.</param>
    public static IServiceCollection AddSqlWebhookDeduplication(
        this IServiceCollection services, Func<IServiceProvider, DbConnection> connect, Action<SqlDeduplicationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connect);
        var options = new SqlDeduplicationOptions();
        configure?.Invoke(options);

        services.AddSingleton(provider =>
            new SqlDeduplication(() => connect(provider), options, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        return services.AddSingleton<IDeduplication>(provider => provider.GetRequiredService<SqlDeduplication>());
    }

    /// <summary>Remembers handled webhooks in the registered <see cref="IDistributedCache"/>, as well as that can be done.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the defaults: key prefix, lease, retention.</param>
    public static IServiceCollection AddDistributedCacheWebhookDeduplication(
        this IServiceCollection services, Action<CacheDeduplicationOptions>? configure = null)
    {
        var options = new CacheDeduplicationOptions();
        configure?.Invoke(options);

        return services.AddSingleton<IDeduplication>(provider =>
            new DistributedCacheDeduplication(provider.GetRequiredService<IDistributedCache>(), options));
    }
}
