using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Refit;
using Webhooks.Client;
using Webhooks.Client.Sending;
using Webhooks.Contract;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client.</summary>
public static class JobClientRegistration
{
    /// <summary>
    /// Adds <see cref="JobClient"/>, one for the whole process:
    /// <c>services.AddJobClient(o => { o.BaseAddress = …; o.ApiKey = …; })</c>.
    /// </summary>
    /// <param name="services">Where to; a <see cref="TimeProvider"/> that is already there is used.</param>
    /// <param name="configure">
    /// Sets the options; <see cref="JobClientOptions.BaseAddress"/> and <see cref="JobClientOptions.ApiKey"/> are required.
    /// </param>
    /// <returns>The underlying HTTP client, for what else it may need, such as telemetry.</returns>
    /// <exception cref="OptionsValidationException">At start: a setting is missing or out of range.</exception>
    public static IHttpClientBuilder AddJobClient(this IServiceCollection services, Action<JobClientOptions> configure)
    {
        services.AddOptions<JobClientOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<JobClientOptions>, JobClientOptionsRules>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Repeats>();
        services.TryAddTransient<Attempt>();
        services.TryAddSingleton(all => new JobClient(
            all.GetRequiredService<IJobRoutes>(),
            all.GetRequiredService<IOptions<JobClientOptions>>(),
            all.GetRequiredService<Repeats>(),
            all.GetRequiredService<TimeProvider>()));

        return services.AddRefitGeneratedClient<IJobRoutes>(all => Manners(all.GetRequiredService<TimeProvider>()))
            .ConfigureHttpClient(Aim)
            .ConfigurePrimaryHttpMessageHandler(Wire)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddPolicyHandler((all, request) => all.GetRequiredService<Repeats>().For(request))
            .AddHttpMessageHandler<Attempt>();
    }

    internal static SocketsHttpHandler Wire() => new()
    {
        AllowAutoRedirect = false, // a redirected POST would arrive as a GET
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), // follows DNS, though the client lives as long as the process
    };

    private static void Aim(IServiceProvider all, HttpClient client)
    {
        var options = all.GetRequiredService<IOptions<JobClientOptions>>().Value;
        Aim(client, options.BaseAddress, options.ApiKey);
    }

    internal static void Aim(HttpClient client, Uri? address, string? key)
    {
        client.BaseAddress = address;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        client.Timeout = Timeout.InfiniteTimeSpan; // each attempt has its own limit
    }

    /// <summary>Refit's own exceptions carry the request, and so the key: none of them leaves.</summary>
    internal static RefitSettings Manners(TimeProvider time) => new(new SystemTextJsonContentSerializer(ContractJson.Options))
    {
        UrlParameterKeyFormatter = new SnakeCaseUrlParameterKeyFormatter(),
        ExceptionFactory = async answer => await answer.RefusalAsync(time),
        TransportExceptionFactory = (_, failure, _) => failure,
        DeserializationExceptionFactory = (_, failure) => ValueTask.FromResult<Exception?>(failure),
    };
}
