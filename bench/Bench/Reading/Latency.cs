using System.Collections.Concurrent;
using System.Text.Json;
using JobApi;
using Storage;
using Storage.Jobs;

namespace Bench.Reading;

/// <summary>From the moment a commit is asked for to the moment a reader has the event, each way, 50 events a second.</summary>
internal static class Latency
{
    private const int PauseMs = 20;
    private const int PollMs = 100;

    /// <summary>Writer, service and engine in one process; or the writer here, and what readers talk to in another.</summary>
    public static async Task MeasureAsync(string provider, bool across, int count)
    {
        using var settings = await Settings.FreshAsync(provider);
        await using var receiver = await TimedReceiver.StartAsync();
        await using var here = await StartAsync(settings, engine: !across);
        await using var there = across ? await ServedApp.StartAsync(settings) : null;
        using var client = ServedApp.ClientOf(there?.Address ?? new Uri(here.Urls.First()), settings);
        var (log, where) = (new Log(here.Services), $"{provider}, {(across ? "two processes" : "one process")}");

        await WayAsync("stream", (job, ages, stop) => StreamAsync(client, job, ages, stop));
        await WayAsync("long poll", (job, ages, stop) => PollAsync(client, job, "wait=30", ages, stop));
        await WayAsync($"poll each {PollMs} ms", (job, ages, stop) => PollAsync(client, job, null, ages, stop));
        await WayAsync("webhook", (_, ages, stop) => receiver.ReadAsync(ages, stop), receiver.Url);
        await here.StopAsync();

        async Task WayAsync(string way, Func<Id<Job>, ConcurrentQueue<double>, CancellationToken, Task> read, string? callback = null)
        {
            var job = await log.BeginAsync(callback);
            using var stop = new CancellationTokenSource();
            var ages = new ConcurrentQueue<double>();
            var reading = read(job, ages, stop.Token);
            var commits = new List<double>();
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(PauseMs));
            for (var number = 1; number <= count; number++)
            {
                await pause.WaitForNextTickAsync();
                commits.Add(await log.SayAsync(job, number));
            }
            await Task.Delay(500);
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var warm = ages.Skip(count / 5).Order().ToList();
            commits.Sort();
            Console.WriteLine(
                $"{where,-26} {way,-16} p50 {At(warm, 0.5),6:N1} ms  p99 {At(warm, 0.99),6:N1} ms   commit p50 {At(commits, 0.5),5:N1}  p99 {At(commits, 0.99),5:N1}   {ages.Count} of {count}");
        }
    }

    public static double At(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)(share * (sorted.Count - 1))];

    public static async Task StreamAsync(HttpClient client, Id<Job> job, ConcurrentQueue<double> ages, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{job}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(stop), bufferSize: 1024);
        while (await lines.ReadLineAsync(stop) is { } line)
            if (Log.AgeOf(line) is { } age)
                ages.Enqueue(age);
    }

    private static async Task PollAsync(HttpClient client, Id<Job> job, string? prefer, ConcurrentQueue<double> ages, CancellationToken stop)
    {
        for (var after = 2; !stop.IsCancellationRequested;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{job}/events?after={after}");
            if (prefer is not null)
                request.Headers.Add("Prefer", prefer);
            using var response = await client.SendAsync(request, stop);
            using var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync(stop));
            after = page.RootElement.GetProperty("next_after").GetInt32();
            foreach (var happened in page.RootElement.GetProperty("events").EnumerateArray())
                if (Log.AgeOf(happened.GetRawText()) is { } age)
                    ages.Enqueue(age);
            if (prefer is null)
                await Task.Delay(PollMs, stop);
        }
    }

    public static async Task<WebApplication> StartAsync(Settings settings, bool engine)
    {
        var builder = JobApiHost.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection(settings.Values);
        builder.Configuration["Engine:Embedded"] = engine ? "true" : "false";
        var app = await builder.BuildJobApiAsync();
        await app.StartAsync();
        return app;
    }
}
