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
        services.AddOptions<HostOptions>().PostConfigure<IOptions<JobsOptions>>((host, jobs) =>
            host.ShutdownTimeout = Longer(host.ShutdownTimeout, jobs.Value.StopGrace + TimeSpan.FromSeconds(30)));

        void Add<T>(string section)
            where T : class => services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
