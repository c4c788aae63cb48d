using System.Text.Json;
using Bench.Reading;
using JobApi;
using Storage.Gates;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;
using Webhooks.Handlers;

namespace Bench.Working;

/// <summary>How many waiting jobs are claimed and completed per second, with enqueued, started and succeeded events for each.</summary>
internal static class Finishing
{
    private const int Warm = 3000;
    private static readonly JobQueue Queue = new(TenantStore.DefaultId, HttpWorker.Type);

    /// <summary>By an empty handler in the service's process.</summary>
    public static async Task<Figure> InProcessAsync(Settings settings, int count)
    {
        await using var app = await StartAsync(settings, handler: true);
        await FinishAsync(app.Services, Warm);
        var figure = await FinishAsync(app.Services, count);
        await app.StopAsync();
        return figure;
    }

    /// <summary>By 16 workers over HTTP that claim ten at a time and complete each.</summary>
    public static async Task<Figure> OverHttpAsync(Settings settings, int count)
    {
        await using var app = await StartAsync(settings, handler: false);
        using var http = ServedApp.ClientOf(new Uri(app.Urls.First()), settings);
        using var over = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 16).Select(_ => Task.Run(() => HttpWorker.RunAsync(http, 10, _ => { }, over.Token))).ToList();
        await FinishAsync(app.Services, Warm);
        var figure = await FinishAsync(app.Services, count);
        await over.CancelAsync();
        await Task.WhenAll(workers);
        await app.StopAsync();
        return figure;
    }

    /// <summary>The jobs wait behind a pause until all are there.</summary>
    private static async Task<Figure> FinishAsync(IServiceProvider services, int count)
    {
        var gates = services.GetRequiredService<GateStore>();
        await gates.PauseAsync(Queue, CancellationToken.None);
        await Backlog.FillAsync(services, count, _ => Backlog.Claimable);
        return await Measure.RateAsync(count, async () =>
        {
            await gates.ResumeAsync(Queue, CancellationToken.None);
            foreach (var status in new[] { JobStatus.Pending, JobStatus.Running })
                while (await IsAnyAsync(services.GetRequiredService<Database>(), status))
                    await Task.Delay(10);
        });
    }

    private static async Task<bool> IsAnyAsync(Database database, JobStatus status)
    {
        var any = new PlainStatement($"SELECT {{top:1}} j.Id FROM Jobs AS j WHERE j.Status = {(int)status} {{limit:1}}");
        return (await database.ReadAsync(s => s.ReadAsync(any, row => row.Id<Job>(), [], CancellationToken.None), CancellationToken.None)).Count > 0;
    }

    private static async Task<WebApplication> StartAsync(Settings settings, bool handler)
    {
        var app = await StandUpAsync(settings, handler);
        await app.StartAsync();
        return app;
    }

    /// <summary>The service with an empty handler, or without, not started yet.</summary>
    public static async Task<WebApplication> StandUpAsync(Settings settings, bool handler)
    {
        var builder = JobApiHost.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection(settings.Values);
        if (handler)
            builder.Services.AddJobHandler<Empty>(HttpWorker.Type);
        return await builder.BuildJobApiAsync();
    }

    private sealed class Empty : IJobHandler<JsonElement, bool>
    {
        public Task<bool> RunAsync(JsonElement input, JobContext context) => Task.FromResult(true);
    }
}
