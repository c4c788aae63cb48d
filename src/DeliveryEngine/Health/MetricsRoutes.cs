using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using Storage.Metering;
using Storage.Tenants;

namespace DeliveryEngine.Health;

/// <summary><c>GET /metrics</c>: what this process counts, as Prometheus reads it.</summary>
internal static class MetricsRoutes
{
    public static IServiceCollection AddMetering(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MetricsOptions>().Bind(configuration.GetSection("Metrics"));
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(Measures.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting")
            .AddPrometheusExporter());
        // Several hosts may run in one process, and a meter's name is all that the collector knows them by.
        services.ConfigureOpenTelemetryMeterProvider((host, metrics) =>
        {
            var own = host.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope is null || instrument.Meter.Scope == own ? null : MetricStreamConfiguration.Drop);
        });
        return services;
    }

    /// <summary>The caller says who may read it; <paramref name="allows"/> is asked before each answer.</summary>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder routes, Func<HttpContext, Task<bool>>? allows = null)
    {
        var backlogs = routes.ServiceProvider.GetRequiredService<Backlogs>();
        if (routes.ServiceProvider.GetService<DeliveryEngine>() is { } engine)
            routes.ServiceProvider.GetRequiredService<Measures>().Meter
                .CreateObservableGauge("webhooks.receivers.held", () => engine.Held, description: "Receivers that this process sends to.");
        var scrape = routes.MapPrometheusScrapingEndpoint("/metrics");
        scrape.Add(endpoint =>
        {
            var answer = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = async http =>
            {
                if (allows is not null && !await allows(http))
                {
                    http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                    http.Response.Headers.WWWAuthenticate = "Bearer realm=\"webhooks\"";
                    return;
                }
                await RefreshAsync(backlogs, http.RequestAborted);
                await answer(http);
            };
        });
        return scrape;
    }

    /// <summary>For a host of the engine alone, which asks for keys nowhere else.</summary>
    public static void MapEngineMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapMetrics(routes.ServiceProvider.GetRequiredService<IOptions<MetricsOptions>>().Value.Anonymous ? null : IsAdminAsync);

    private static async Task<bool> IsAdminAsync(HttpContext http)
    {
        const string Scheme = "Bearer ";
        var (services, header) = (http.RequestServices, http.Request.Headers.Authorization.ToString());
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && await services.GetRequiredService<TenantStore>().FindKeyAsync(header[Scheme.Length..].Trim(), http.RequestAborted) is { Role: Role.Admin } key
            && key.IsGood(services.GetRequiredService<TimeProvider>().GetUtcNow());
    }

    /// <summary>Without the database the process has all the more to tell.</summary>
    private static async Task RefreshAsync(Backlogs backlogs, CancellationToken stop)
    {
        try
        {
            await backlogs.RefreshAsync(stop).WaitAsync(TimeSpan.FromSeconds(5), stop);
        }
        catch (Exception error) when (error is DbException or TimeoutException or InvalidOperationException)
        {
        }
    }
}

/// <summary>Section <c>Metrics</c>.</summary>
internal sealed class MetricsOptions
{
    /// <summary>Whether anybody may read <c>/metrics</c>; else it wants an admin key. Default: false.</summary>
    public bool Anonymous { get; set; }
}
