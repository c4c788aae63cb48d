using System.Diagnostics.Metrics;
using DeliveryEngine.Health;
using DeliveryEngine.Tests.Stage;
using Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Storage;
using Storage.Metering;
using Storage.Tenants;

namespace DeliveryEngine.Tests.Health;

public sealed class The_metrics_of_an_engine
{
    [Fact]
    public async Task Count_deliveries_and_time_attempts_by_what_came_of_them()
    {
        await using var scene = await Scene.OnAsync(On.Sqlite);
        var (good, bad) = (scene.Listen("good"), scene.Listen("bad"));
        bad.Answers(500);
        var counted = new Dictionary<string, double>();
        using var listener = new MeterListener();
        var own = scene.Node.Get<Measures>().Meter;
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Meter == own)
                heard.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Count(instrument, labels, value));
        listener.SetMeasurementEventCallback<double>((instrument, _, labels, _) => Count(instrument, labels, 1));
        listener.Start();

        await scene.FinishJobAsync(good);
        await scene.FinishJobAsync(bad);
        await scene.Node.WorkAsync();

        Assert.Equal(2, counted["webhooks.jobs.ended succeeded"]);
        Assert.Equal(1, counted["webhooks.deliveries.settled delivered"]);
        Assert.Equal(1, counted["webhooks.deliveries.settled retried"]);
        Assert.Equal((1, 1), (counted["webhooks.attempts.duration accepted"], counted["webhooks.attempts.duration refused"]));

        void Count(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> labels, double by)
        {
            var name = $"{instrument.Name} {(labels.Length > 0 ? labels[0].Value : "")}".Trim();
            lock (counted)
                counted[name] = counted.GetValueOrDefault(name) + by;
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Are_for_administrators_unless_they_are_opened(bool open)
    {
        using var folder = new TemporaryFolder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Webhooks"] = $"Data Source={folder.File("webhooks.db")}", ["Security:KeyRing"] = folder.File("keys"),
            ["Metrics:Anonymous"] = open.ToString(),
        });
        builder.Services.AddStorage(builder.Configuration).AddDeliveryEngine(builder.Configuration).AddMetering(builder.Configuration);
        await using var app = builder.Build();
        app.MapEngineMetrics();
        var stop = TestContext.Current.CancellationToken;
        await app.Services.PrepareStorageAsync(stop);
        var tenants = app.Services.GetRequiredService<TenantStore>();
        var (_, admin) = await tenants.MakeKeyAsync(TenantStore.DefaultId, "admin", Role.Admin, null, null, stop);
        var (_, client) = await tenants.MakeKeyAsync(TenantStore.DefaultId, "client", Role.Client, null, null, stop);
        var (endedKey, ended) = await tenants.MakeKeyAsync(TenantStore.DefaultId, "ended", Role.Admin, null, null, stop);
        await tenants.RevokeKeyAsync(TenantStore.DefaultId, endedKey.Id, stop);
        await app.StartAsync(stop);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        foreach (var (key, isGood) in new[] { (admin, true), (client, false), (ended, false), ("wrong", false), ("", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
            using var answer = await http.SendAsync(request, stop);
            Assert.Equal(open || isGood ? 200 : 401, (int)answer.StatusCode);
            Assert.Equal(open || isGood, (await answer.Content.ReadAsStringAsync(stop)).Contains("webhooks_receivers_held", StringComparison.Ordinal));
        }
        await app.StopAsync(stop);
    }
}
