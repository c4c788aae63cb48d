using Egress;
using JobApi.Throttling;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace JobApi.Settings;

/// <summary>Every setting is checked at start, with a sentence that names it.</summary>
internal static class SettingsRegistration
{
    public static void AddSettings(this IServiceCollection services, IConfiguration configuration)
    {
        Add<ApiOptions>("Api");
        Add<SecurityOptions>("Security");
        Add<JobsOptions>("Jobs");
        services.AddOptions<ApiOptions>().Validate(
            api => api.KnownProxies is null || api.KnownProxies.All(proxy => System.Net.IPNetwork.TryParse(proxy, out _)), "Api:KnownProxies must hold networks, such as 10.0.0.0/8.");
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ApiOptions>>((forwarded, api) => Believe(forwarded, api.Value.KnownProxies ?? []));
        Add<LimitsOptions>("Limits");
        services.AddOptions<EgressOptions>().PostConfigure(egress => KeepOut(egress, configuration["Api:PublicUrl"])); // as it is: that it is no URL is said once
        services.AddOptions<HostOptions>().PostConfigure<IOptions<JobsOptions>>((host, jobs) =>
            host.ShutdownTimeout = Longer(host.ShutdownTimeout, jobs.Value.StopGrace + TimeSpan.FromSeconds(30)));

        void Add<T>(string section)
            where T : class => services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
    }

    private static void Believe(ForwardedHeadersOptions forwarded, IReadOnlyList<string> proxies)
    {
        forwarded.ForwardedHeaders = proxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.ForwardLimit = null; // each proxy of the list may stand before another
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
    }

    /// <summary>
    /// The name that we are known by is no place for callbacks. An address may be somebody else's on another port, and is for the address
    /// guard to judge.
    /// </summary>
    private static void KeepOut(EgressOptions egress, string? publicUrl)
    {
        if (Uri.TryCreate(publicUrl, UriKind.Absolute, out var own) && own.HostNameType == UriHostNameType.Dns)
            egress.OwnHosts = [.. egress.OwnHosts ?? [], own.IdnHost];
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
