using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using JobApi;
using Storage;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Tenants;

namespace Bench;

/// <summary>Workers over HTTP: how soon a waiting claim gets a job, how many jobs they finish, and what a claim costs beside a large backlog.</summary>
internal static class Workers
{
    private const string Type = "bench";

    /// <summary>Milliseconds from the send of <c>POST /jobs</c> to the claim's answer in the worker's hands, at a steady rate.</summary>
    public static async Task<IReadOnlyList<double>> LatencyAsync(Settings settings, int perSecond, int count)
    {
        await using var app = await StartAsync(settings);
        using var http = Client(app, settings);
        using var over = new CancellationTokenSource();
        var sent = new ConcurrentDictionary<int, long>();
        var waits = new ConcurrentBag<double>();
        var workers = Enumerable.Range(0, 32).Select(_ => Task.Run(() => WorkAsync(http, 1, job =>
        {
            if (sent.TryRemove(job.GetProperty("input").GetInt32(), out var at))
                waits.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }, over.Token))).ToList();
        var posts = new List<Task>();
        var from = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            while (Stopwatch.GetElapsedTime(from).TotalSeconds * perSecond < i)
                await Task.Delay(1);
            sent[i] = Stopwatch.GetTimestamp();
            posts.Add(PostAsync(http, i));
        }
        await Task.WhenAll(posts);
        while (!sent.IsEmpty)
            await Task.Delay(10);
        await over.CancelAsync();
        await Task.WhenAll(workers);
        await app.StopAsync();
        return [.. waits.Order()];
    }

    /// <summary>Claims and completes over HTTP: 16 workers that claim ten at a time and complete each.</summary>
    public static async Task<Figure> FinishAsync(Settings settings, int count)
    {
        await using var app = await StartAsync(settings);
        await FillAsync(app.Services, count, _ => (Type, 5));
        using var http = Client(app, settings);
        using var over = new CancellationTokenSource();
        var left = count;
        var figure = await Measure.RateAsync(count, () => Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => WorkAsync(http, 10, _ =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                over.Cancel();
        }, over.Token)))));
        await app.StopAsync();
        return figure;
    }

    /// <summary>Milliseconds of one claim of one job, median of many, beside so many pending jobs of other types and priorities.</summary>
    public static async Task<double> ClaimCostAsync(Settings settings, int others, int claims)
    {
        await using var app = await StartAsync(settings);
        await FillAsync(app.Services, others, i => (i % 2 == 0 ? $"other-{i % 7}" : Type, i % 10), later: i => i % 2 == 1);
        await FillAsync(app.Services, claims + 20, _ => (Type, 5));
        var desk = app.Services.GetRequiredService<JobClaims>();
        var times = new List<double>();
        for (var i = 0; i < claims + 20; i++)
        {
            var from = Stopwatch.GetTimestamp();
            var got = await desk.ClaimAsync(new ClaimWish(TenantStore.DefaultId, [Type], 1, "bench", TimeSpan.FromMinutes(1)), CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            if (got.Count != 1)
                throw new InvalidOperationException("A claim came back empty.");
        }
        await app.StopAsync();
        return times.Skip(20).Order().ElementAt(claims / 2);
    }

    private static async Task WorkAsync(HttpClient http, int max, Action<JsonElement> claimed, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var answer = await http.PostAsJsonAsync("/worker/claims", new { types = new[] { Type }, max, wait_seconds = 1 }, CancellationToken.None);
            if (answer.StatusCode != System.Net.HttpStatusCode.OK)
                continue;
            foreach (var job in (await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None)).GetProperty("jobs").EnumerateArray())
            {
                claimed(job);
                using var report = new HttpRequestMessage(HttpMethod.Post, $"/worker/jobs/{job.GetProperty("id").GetString()}/complete");
                report.Content = JsonContent.Create(new { result = 1 });
                report.Headers.Add("Lease-Fence", job.GetProperty("fence").GetInt64().ToString(CultureInfo.InvariantCulture));
                using var done = await http.SendAsync(report, CancellationToken.None);
                done.EnsureSuccessStatusCode();
            }
        }
    }

    private static async Task PostAsync(HttpClient http, int input)
    {
        using var answer = await http.PostAsJsonAsync("/jobs", new { type = Type, input });
        answer.EnsureSuccessStatusCode();
    }

    private static Task FillAsync(IServiceProvider services, int count, Func<int, (string Type, int Priority)> kind, Func<int, bool>? later = null)
    {
        var (writer, clock) = (services.GetRequiredService<JobWriter>(), services.GetRequiredService<TimeProvider>());
        return Measure.InParallelAsync(count, 2000, async i =>
        {
            var now = clock.GetUtcNow();
            var (type, priority) = kind(i);
            await writer.SubmitAsync(
                new Job
                {
                    Id = Id<Job>.New(now), TenantId = TenantStore.DefaultId, Type = type, Priority = priority, MaxAttempts = 3,
                    DueAt = later?.Invoke(i) == true ? now.AddDays(1) : now, CreatedAt = now, TimeoutSeconds = 600, TtlSeconds = 3600, Input = "null"u8.ToArray(),
                },
                []);
        });
    }

    private static HttpClient Client(WebApplication app, Settings settings)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = 256 });
        http.BaseAddress = new Uri(app.Urls.First());
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Values["Security:BootstrapKey"]);
        return http;
    }

    private static async Task<WebApplication> StartAsync(Settings settings)
    {
        var builder = JobApiHost.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection(settings.Values);
        var app = await builder.BuildJobApiAsync();
        await app.StartAsync();
        return app;
    }
}
