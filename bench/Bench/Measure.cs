using System.Diagnostics;

namespace Bench;

/// <summary>What a run took: things per second and CPU per thing, of the whole process.</summary>
internal sealed record Figure(double PerSecond, double CpuMicroseconds);

internal static class Measure
{
    public static async Task<Figure> RateAsync(int count, Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var from = Stopwatch.GetTimestamp();
        await work();
        var took = Stopwatch.GetElapsedTime(from);
        process.Refresh();
        return new Figure(count / took.TotalSeconds, (process.TotalProcessorTime - cpu).TotalMicroseconds / count);
    }

    public static Figure Median(IEnumerable<Figure> figures)
    {
        var sorted = figures.OrderBy(f => f.PerSecond).ToList();
        return sorted[sorted.Count / 2];
    }

    /// <summary>Runs <paramref name="count"/> pieces of work, so many at once.</summary>
    public static Task InParallelAsync(int count, int atOnce, Func<int, Task> work)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                await work(i);
        })));
    }
}
