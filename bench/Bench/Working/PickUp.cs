using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Bench.Reading;

namespace Bench.Working;

/// <summary>How soon a job is in the hands of a worker that waits for it.</summary>
internal static class PickUp
{
    private const int Workers = 32;
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Sorted milliseconds from the send of <c>POST /jobs</c> to the claim's answer in the worker's hands, at a steady rate. The service is one process,
    /// or two on one database: jobs are posted to the one, and claimed from the other. The first seconds after its start are told apart: until the runtime
    /// has compiled what is hot, which takes whole cores, a second's backlog may gather.
    /// </summary>
    public static async Task<(List<double> Cold, List<double> Warm, double CpuMicroseconds)> MeasureAsync(string provider, bool across, int perSecond, int count)
    {
        using var settings = await Settings.FreshAsync(provider);
        await using var door = await ServedApp.StartAsync(settings);
        await using var other = across ? await ServedApp.StartAsync(settings) : null;
        using var poster = ServedApp.ClientOf(door.Address, settings);
        using var claimer = ServedApp.ClientOf((other ?? door).Address, settings);
        var cold = await MeasureAsync(poster, claimer, perSecond, (int)(perSecond * Start.TotalSeconds));
        await MeasureAsync(poster, claimer, perSecond, (int)(perSecond * WarmUp.TotalSeconds));
        var cpu = Cpu();
        var warm = await MeasureAsync(poster, claimer, perSecond, count);
        return (cold, warm, (Cpu() - cpu).TotalMicroseconds / count);

        TimeSpan Cpu() => door.Cpu + (other?.Cpu ?? TimeSpan.Zero);
    }

    private static async Task<List<double>> MeasureAsync(HttpClient poster, HttpClient claimer, int perSecond, int count)
    {
        using var over = new CancellationTokenSource();
        var sent = new ConcurrentDictionary<int, long>();
        var waits = new ConcurrentBag<double>();
        var workers = Enumerable.Range(0, Workers).Select(_ => Task.Run(() => HttpWorker.RunAsync(claimer, 1, job =>
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
            posts.Add(PostAsync(poster, i));
        }
        await Task.WhenAll(posts);
        while (!sent.IsEmpty)
            await Task.Delay(10);
        await over.CancelAsync();
        await Task.WhenAll(workers);
        return [.. waits.Order()];
    }

    private static async Task PostAsync(HttpClient http, int input)
    {
        using var answer = await http.PostAsJsonAsync("/jobs", new { type = HttpWorker.Type, input });
        answer.EnsureSuccessStatusCode();
    }
}
