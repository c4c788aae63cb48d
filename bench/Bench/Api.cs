using System.Net.Http.Headers;
using System.Text;
using JobApi;
using Storage;
using Storage.Jobs;
using Storage.Tenants;
using Webhooks.Handlers;

namespace Bench;

/// <summary>What the service accepts over HTTP and finishes in process.</summary>
internal static class Api
{
    /// <summary><c>POST /jobs</c> over 64 connections; each is durable before its answer. Nobody works on them meanwhile.</summary>
    public static async Task<Figure> AcceptAsync(Settings settings, int count)
    {
        await using var app = await StartAsync(settings, handler: false);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = 64 });
        client.BaseAddress = new Uri(app.Urls.First());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Values["Security:BootstrapKey"]);
        var body = Encoding.UTF8.GetBytes($$"""{"type":"bench","input":["{{new string('x', 200)}}"]}""");
        await Measure.InParallelAsync(200, 64, PostAsync);
        var figure = await Measure.RateAsync(count, () => Measure.InParallelAsync(count, 64, PostAsync));
        await app.StopAsync();
        return figure;

        async Task PostAsync(int i)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await client.PostAsync("/jobs", content);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Waiting jobs claimed and finished by an empty handler in process: enqueued, started and succeeded events for each.</summary>
    public static async Task<Figure> FinishAsync(Settings settings, int count)
    {
        await using (var idle = await StartAsync(settings, handler: false))
        {
            var writer = idle.Services.GetRequiredService<JobWriter>();
            var clock = idle.Services.GetRequiredService<TimeProvider>();
            await Measure.InParallelAsync(count, 1000, async _ =>
            {
                var now = clock.GetUtcNow();
                await writer.SubmitAsync(
                    new Job
                    {
                        Id = Id<Job>.New(now), TenantId = TenantStore.DefaultId, Type = "bench", Priority = 5, MaxAttempts = 3, DueAt = now,
                        CreatedAt = now, TimeoutSeconds = 600, TtlSeconds = 3600, Input = "null"u8.ToArray(),
                    },
                    []);
            });
            await idle.StopAsync();
        }
        return await Measure.RateAsync(count, async () =>
        {
            await using var app = await StartAsync(settings, handler: true);
            var writer = app.Services.GetRequiredService<Storage.Sql.Database>();
            while (await LeftAsync(writer) > 0)
                await Task.Delay(20);
            await app.StopAsync();
        });
    }

    private static async Task<int> LeftAsync(Storage.Sql.Database database)
    {
        var left = new Storage.Sql.PlainStatement("SELECT COUNT(j.Id) * 1 FROM Jobs AS j WHERE j.Status < 2");
        return (int)(await database.ReadAsync(s => s.ReadAsync(left, row => row.Long(), [], CancellationToken.None), CancellationToken.None))[0];
    }

    private static async Task<WebApplication> StartAsync(Settings settings, bool handler)
    {
        var builder = JobApiHost.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection(settings.Values);
        if (handler)
            builder.Services.AddJobHandler<Empty>("bench");
        var app = await builder.BuildJobApiAsync();
        await app.StartAsync();
        return app;
    }

    private sealed class Empty : IJobHandler<System.Text.Json.JsonElement, bool>
    {
        public Task<bool> RunAsync(System.Text.Json.JsonElement input, JobContext context) => Task.FromResult(true);
    }
}
