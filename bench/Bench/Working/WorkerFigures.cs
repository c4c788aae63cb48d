namespace Bench.Working;

/// <summary>The figures of workers, one line each.</summary>
internal static class WorkerFigures
{
    private static readonly int[] Backlogs = [1_000, 100_000, 1_000_000];

    /// <param name="providers">Which databases.</param>
    /// <param name="what"><c>latency</c>, <c>finish</c>, <c>cost</c> or <c>all</c>.</param>
    /// <param name="runs">How often each is measured.</param>
    /// <param name="largestBacklog">How many pending jobs the cost of a claim is measured beside at the most.</param>
    public static async Task PrintAsync(IReadOnlyList<string> providers, string what, int runs, int largestBacklog)
    {
        foreach (var provider in providers)
        {
            if (what is "latency" or "all")
                foreach (var across in provider == "Sqlite" ? new[] { false } : [false, true])
                    for (var run = 0; run < runs; run++)
                        Print(provider, across, await PickUp.MeasureAsync(provider, across, perSecond: 300, count: 3000));
            if (what is "finish" or "all")
                await FinishAsync(provider, runs);
            if (what is "cost" or "all")
                foreach (var others in Backlogs.Where(n => n <= largestBacklog))
                    using (var fresh = await Settings.FreshAsync(provider))
                        foreach (var (way, median, undisturbed) in await ClaimCost.MeasureAsync(fresh, others))
                            Console.WriteLine($"{provider,-11} {way,-24} beside {others,9:N0} pending   median {median:N2} ms, fastest tenth {undisturbed:N2} ms");
        }
    }

    private static async Task FinishAsync(string provider, int runs)
    {
        var (here, overHttp) = (new List<Figure>(), new List<Figure>());
        for (var run = 0; run < runs; run++)
        {
            using (var fresh = await Settings.FreshAsync(provider))
                here.Add(await Finishing.InProcessAsync(fresh, 20_000));
            using (var fresh = await Settings.FreshAsync(provider))
                overHttp.Add(await Finishing.OverHttpAsync(fresh, 10_000));
        }
        Report.Print(provider, "claimed, completed in process", here);
        Report.Print(provider, "claimed, completed over HTTP", overHttp);
    }

    private static void Print(string provider, bool across, (List<double> Cold, List<double> Warm, double CpuMicroseconds) waits)
    {
        Console.WriteLine(
            $"{provider,-11} POST /jobs to claim, 300/s, {(across ? "two processes" : "one process"),-14} {Line(waits.Warm)}, {waits.CpuMicroseconds:N0} µs CPU of the service per job   (just started: {Line(waits.Cold)})");

        static string Line(List<double> sorted) => $"p50 {At(sorted, 0.5):N1} ms, p95 {At(sorted, 0.95):N1} ms, p99 {At(sorted, 0.99):N1} ms";
    }

    private static double At(List<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];
}
