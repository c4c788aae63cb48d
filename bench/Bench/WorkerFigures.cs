namespace Bench;

/// <summary>The figures of workers, one line each.</summary>
internal static class WorkerFigures
{
    private const int Runs = 3;
    private static readonly int[] Backlogs = [1_000, 100_000, 1_000_000];

    public static async Task PrintAsync(IEnumerable<string> providers, int largestBacklog)
    {
        foreach (var provider in providers)
        {
            for (var run = 0; run < Runs; run++)
                using (var fresh = await Settings.FreshAsync(provider))
                {
                    var waits = await Workers.LatencyAsync(fresh, perSecond: 300, count: 3000);
                    Console.WriteLine(
                        $"{provider,-11} POST /jobs to claim, 300/s          p50 {waits[waits.Count / 2]:N1} ms, p95 {waits[waits.Count * 95 / 100]:N1} ms, p99 {waits[waits.Count * 99 / 100]:N1} ms");
                }
            var finished = new List<Figure>();
            for (var run = 0; run < Runs; run++)
                using (var fresh = await Settings.FreshAsync(provider))
                    finished.Add(await Workers.FinishAsync(fresh, 10_000));
            Report.Print(provider, "claimed, completed over HTTP", finished);
            foreach (var others in Backlogs.Where(n => n <= largestBacklog))
                using (var fresh = await Settings.FreshAsync(provider))
                    Console.WriteLine($"{provider,-11} a claim beside {others,9:N0} pending     {await Workers.ClaimCostAsync(fresh, others, 300):N2} ms");
        }
    }
}
