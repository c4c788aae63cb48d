using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Egress;

/// <summary>Puts the way out into a host.</summary>
internal static class EgressRegistration
{
    /// <summary>
    /// Registers <see cref="UrlRules"/>, <see cref="AddressGuard"/> and <see cref="EgressClient"/>, bound to a section (<c>Egress</c>).
    /// Engine and API each ask for it, and in one process get the same: a second call changes nothing. An <see cref="IResolver"/> and
    /// a <see cref="TimeProvider"/> registered by the host are used instead of the system's.
    /// </summary>
    public static IServiceCollection AddEgress(this IServiceCollection services, IConfiguration section)
    {
        if (services.Any(service => service.ServiceType == typeof(EgressClient))) return services;
        services.AddOptions<EgressOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EgressOptions>>(new EgressOptionsCheck(section));
        services.AddSingleton<AddressGuard>();
        services.AddSingleton<TransportRules>();
        services.AddSingleton<UrlRules>();
        services.TryAddSingleton<IResolver, SystemResolver>();
        services.AddSingleton(s => new NameFaults(s.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<GuardedConnector>();
        services.AddSingleton(s => new EgressClient(
            s.GetRequiredService<GuardedConnector>(), s.GetRequiredService<IOptions<EgressOptions>>(),
            s.GetService<TimeProvider>() ?? TimeProvider.System));
        return services;
    }
}
