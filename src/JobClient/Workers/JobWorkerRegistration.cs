using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Refit;
using Webhooks.Handlers;
using Webhooks.Workers;
using Webhooks.Workers.Http;
using Webhooks.Workers.Line;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a worker.</summary>
public static class JobWorkerRegistration
{
    /// <summary>
    /// Lets this process work for a service over HTTP, for as long as its host runs:
    /// <c>services.AddJobWorker(o => { o.BaseAddress = …; o.ApiKey = …; }).AddJobHandler&lt;THandler&gt;("type")</c>.
    /// A service that runs in this very process needs no worker: its handlers are registered the same way, and run without one.
    /// </summary>
    /// <param name="services">Where to; a <see cref="TimeProvider"/> that is already there is used.</param>
    /// <param name="configure">
    /// Sets the options; <see cref="JobWorkerOptions.BaseAddress"/> and <see cref="JobWorkerOptions.ApiKey"/> are required.
    /// </param>
    /// <exception cref="OptionsValidationException">At start: a setting is missing or out of range.</exception>
    public static IServiceCollection AddJobWorker(this IServiceCollection services, Action<JobWorkerOptions> configure)
    {
        services.AddOptions<JobWorkerOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<JobWorkerOptions>, JobWorkerOptions.Rules>());
        services.AddRefitGeneratedClient<IWorkerRoutes>(all => JobClientRegistration.Manners(all.GetRequiredService<TimeProvider>()))
            .ConfigureHttpClient((all, client) =>
            {
                var options = all.GetRequiredService<IOptions<JobWorkerOptions>>().Value;
                JobClientRegistration.Aim(client, options.BaseAddress, options.ApiKey);
            })
            .ConfigurePrimaryHttpMessageHandler(JobClientRegistration.Wire)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        return services.AddWorker<HttpLine>(all => Settings(all.GetRequiredService<IOptions<JobWorkerOptions>>().Value));
    }

    /// <summary>The worker itself, on whatever line.</summary>
    internal static IServiceCollection AddWorker<TLine>(this IServiceCollection services, Func<IServiceProvider, WorkerSettings> settings)
        where TLine : class, IWorkerLine
    {
        if (services.Any(s => s.ServiceType == typeof(IWorkerLine)))
            throw new InvalidOperationException("A process has one worker: it works for the service in it, or for one elsewhere.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton<HandlerTable>().AddSingleton<IWorkerLine, TLine>().AddSingleton<JobWorker>();
        return services.AddHostedService<JobWorkerLoop>();
    }

    private static WorkerSettings Settings(JobWorkerOptions options) => new(options.Concurrency, options.Lease, options.StopGrace);
}
