using DeliveryEngine.Health;
using JobApi.Access;
using JobApi.Streams;
using JobApi.Workers;
using Microsoft.Extensions.Options;
using Storage.Metering;

namespace JobApi.Http;

/// <summary><c>GET /metrics</c> for administrators, or for everybody where that is set, with what only this host has to count.</summary>
internal static class ProcessMetrics
{
    public static void MapProcessMetrics(this WebApplication app)
    {
        var (services, meter) = (app.Services, app.Services.GetRequiredService<Measures>().Meter);
        var (desk, waiters) = (services.GetRequiredService<ClaimDesk>(), services.GetRequiredService<Waiters>());
        meter.CreateObservableGauge("webhooks.claims.waiting", () => desk.Waiting, description: "Claims of workers that wait for a job.");
        meter.CreateObservableGauge("webhooks.streams.open", () => waiters.Count, description: "Streams and requests that wait for events.");
        var metrics = app.MapMetrics();
        if (services.GetRequiredService<IOptions<MetricsOptions>>().Value.Anonymous)
            metrics.AllowAnonymous();
        else
            metrics.RequireAuthorization(Roles.Admin);
    }
}
