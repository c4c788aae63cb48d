using System.Diagnostics;
using Bench.Reading;
using Storage.Jobs.Claims;
using Storage.Tenants;

namespace Bench.Working;

/// <summary>What a claim of one job costs beside many that wait: of other types, of more and of less urgent priorities, due now and tomorrow.</summary>
internal static class ClaimCost
{
    private const int Claims = 300;
    private const int Warm = 50;
    private static readonly string[] Many = [HttpWorker.Type, .. Enumerable.Range(0, 9).Select(n => $"idle-{n}")];

    /// <summary>Milliseconds of one claim in each way: the median, and the tenth that nothing got in the way of.</summary>
    public static async Task<IReadOnlyList<(string Way, double Median, double Undisturbed)>> MeasureAsync(Settings settings, int others)
    {
        await using var app = await Latency.StartAsync(settings, engine: false);
        await Backlog.FillAsync(app.Services, others, Other);
        await Backlog.FillAsync(app.Services, 4 * (Claims + Warm), _ => Backlog.Claimable);
        var claims = app.Services.GetRequiredService<JobClaims>();
        var costs = new List<(string, double, double)>
        {
            await MeasureAsync(claims, "a claim", [HttpWorker.Type], before: 0), await MeasureAsync(claims, "a claim of ten types", Many, before: 0),
            await MeasureAsync(claims, "a claim by age", [HttpWorker.Type], before: 9), await MeasureAsync(claims, "a claim of ten by age", Many, before: 9),
        };
        await app.StopAsync();
        return costs;
    }

    private static Backlog.Kind Other(int n) => (n % 4) switch
    {
        0 => new($"other-{n / 4 % 7}", n / 4 % 10),
        1 => new($"other-{n / 4 % 7}", n / 4 % 10, Later: true),
        2 => new(HttpWorker.Type, 6 + n / 4 % 4),
        _ => new(HttpWorker.Type, n / 4 % 10, Later: true),
    };

    private static async Task<(string, double, double)> MeasureAsync(JobClaims claims, string way, string[] types, long before)
    {
        var times = new List<double>();
        for (var i = 0; i < Claims + Warm; i++)
        {
            var from = Stopwatch.GetTimestamp();
            var round = await claims.ClaimAsync([new ClaimWish(TenantStore.DefaultId, types, 1, "bench", TimeSpan.FromMinutes(1))], before, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            if (round.Given[0].Count != 1)
                throw new InvalidOperationException("A claim came back empty.");
        }
        var sorted = times.Skip(Warm).Order().ToList();
        return (way, sorted[Claims / 2], sorted[Claims / 10]);
    }
}
