using System.Collections.Concurrent;
using System.Diagnostics;
using Storage;
using Storage.Jobs;

namespace Bench.Reading;

/// <summary>Many streams at a service that is a process of its own: at rest, and with five events a second each.</summary>
internal static class Crowd
{
    // So many are open before the others are counted: connections to the database and the like are there by then.
    private const int Warm = 1000;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(20);

    /// <summary>Idle streams, each of its own job: what one more costs in memory, and what all of them cost in CPU. Two pings fall into the time.</summary>
    public static async Task RestAsync(string provider, int count)
    {
        using var settings = await Settings.FreshAsync(provider);
        var jobs = await BeginAsync(settings, count);
        await using var service = await ServedApp.StartAsync(settings);
        using var client = ServedApp.ClientOf(service.Address, settings);
        using var stop = new CancellationTokenSource();
        var warm = await OpenAsync(client, [.. jobs.Take(Warm)], [], stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var before = await service.MemoryAsync();
        var alone = await RestingAsync(service);
        var rest = await OpenAsync(client, [.. jobs.Skip(Warm)], [], stop.Token);
        var after = await service.MemoryAsync();
        var together = await RestingAsync(service);
        Console.WriteLine(
            $"{provider,-12} {count:N0} idle streams: {(after - before) / 1024.0 / rest.Count:N1} KiB each ({before / 1048576} → {after / 1048576} MiB), "
            + $"CPU at rest {together:P1} of a core ({alone:P1} with {warm.Count})");
        await stop.CancelAsync();
        await Task.WhenAll(warm.Concat(rest)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<double> RestingAsync(ServedApp service)
    {
        var from = service.Cpu;
        await Task.Delay(Rest);
        return (service.Cpu - from) / Rest;
    }

    /// <summary>Streams that are all talked to; the writer is another process than the one with the streams.</summary>
    public static async Task TalkAsync(string provider, int count, int perSecond)
    {
        using var settings = await Settings.FreshAsync(provider);
        await using var here = await Latency.StartAsync(settings, engine: false);
        await using var service = provider == "Sqlite" ? null : await ServedApp.StartAsync(settings);
        var log = new Log(here.Services);
        var jobs = await BeginAsync(log, count);
        using var client = ServedApp.ClientOf(service?.Address ?? new Uri(here.Urls.First()), settings);
        using var stop = new CancellationTokenSource();
        var ages = new ConcurrentQueue<double>();
        var reading = await OpenAsync(client, jobs, ages, stop.Token);

        var (rounds, said) = ((int)(Span.TotalSeconds * perSecond), new List<Task<double>>());
        var cpu = service?.Cpu;
        var began = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var sent = 0L; sent < (long)rounds * count;)
        {
            // Spread over the second, as many jobs' outputs are.
            for (var due = Math.Min((long)rounds * count, (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond * count)); sent < due; sent++)
                said.Add(log.SayAsync(jobs[(int)(sent % count)], (int)(sent / count) + 1));
            await pause.WaitForNextTickAsync();
        }
        var commits = (await Task.WhenAll(said)).Order().ToList();
        await Task.Delay(1000);
        var took = Stopwatch.GetElapsedTime(began);
        var used = service?.Cpu - cpu;
        var sorted = ages.Order().ToList();
        Console.WriteLine(
            $"{provider,-12} {count:N0} streams at {perSecond}/s: {sorted.Count:N0} of {said.Count:N0} events in {took.TotalSeconds:N0} s, p50 {Latency.At(sorted, 0.5):N1} ms  "
            + $"p99 {Latency.At(sorted, 0.99):N1} ms   commit p50 {Latency.At(commits, 0.5):N1}  p99 {Latency.At(commits, 0.99):N1}"
            + (used is null ? "" : $"   CPU of the streaming process {used / took:P0} of a core"));
        await stop.CancelAsync();
        await Task.WhenAll(reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await here.StopAsync();
    }

    private static async Task<List<Id<Job>>> BeginAsync(Settings settings, int count)
    {
        await using var app = await Latency.StartAsync(settings, engine: false);
        var jobs = await BeginAsync(new Log(app.Services), count);
        await app.StopAsync();
        return jobs;
    }

    private static async Task<List<Id<Job>>> BeginAsync(Log log, int count)
    {
        var jobs = new ConcurrentQueue<Id<Job>>();
        await Measure.InParallelAsync(count, 200, async _ => jobs.Enqueue(await log.BeginAsync()));
        return [.. jobs];
    }

    /// <summary>Opens streams, a hundred at a time, and answers their readers.</summary>
    private static async Task<List<Task>> OpenAsync(HttpClient client, List<Id<Job>> jobs, ConcurrentQueue<double> ages, CancellationToken stop)
    {
        var readers = new List<Task>();
        foreach (var some in jobs.Chunk(100))
        {
            readers.AddRange(some.Select(job => Latency.StreamAsync(client, job, ages, stop)));
            await Task.Delay(100, stop);
        }
        await Task.Delay(3000, stop);
        return readers.Exists(r => r.IsCompleted) ? throw new InvalidOperationException("A stream did not open.", readers.Find(r => r.IsFaulted)?.Exception) : readers;
    }
}
