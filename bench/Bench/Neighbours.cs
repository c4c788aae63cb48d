using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Bench;

/// <summary>
/// What bad neighbours cost: a tenth of the deliveries goes to receivers that hang until the timeout, and one dead receiver has a backlog of 10³,
/// 10⁵, 10⁶ deliveries. Runs with and without them come in pairs, on the same machine, one after the other.
/// </summary>
internal static class Neighbours
{
    private const string DeadUrl = "http://127.0.0.1:59999/hook"; // nobody listens there
    private const int Healthy = 100;
    private const int Hanging = 20;
    private const int PerSecond = 100;
    private static readonly TimeSpan Moderate = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(string[] args)
    {
        string[] providers = args.Length > 0 && args[0] is not "all" ? [args[0]] : ["Sqlite", "PostgreSql"];
        var (count, pairs, largest) = (Number(1, 20_000), Number(2, 7), Number(3, 1_000_000));
        await using var healthy = await LoopbackReceiver.StartAsync();
        await using var hanging = await LoopbackReceiver.StartAsync(hangs: true);
        foreach (var provider in providers)
            foreach (var backlog in ((int[])[1_000, 100_000, 1_000_000]).Where(b => b <= largest))
            {
                using var quiet = await Settings.FreshAsync(provider);
                using var crowded = await Settings.FreshAsync(provider);
                await NeglectAsync(crowded, backlog);
                await DrainAsync(quiet, healthy, hanging, count / 4, crowded: false); // warm
                await DrainAsync(crowded, healthy, hanging, count / 4, crowded: true);
                var (alone, together) = (new List<double>(), new List<double>());
                for (var run = 0; run < 2 * pairs; run++) // A B, B A, A B…, so that what drifts hits both alike
                    if (run % 4 is 0 or 3)
                        alone.Add(await DrainAsync(quiet, healthy, hanging, count, crowded: false));
                    else
                        together.Add(await DrainAsync(crowded, healthy, hanging, count, crowded: true));
                var share = Median(alone.Zip(together, (a, t) => t / a));
                var (p50, p99) = await LatencyAsync(crowded, healthy, hanging);
                var claim = await ClaimAsync(crowded);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{provider,-11} dead backlog {backlog,9:N0}  healthy {Median(alone),7:N0}/s alone, {Median(together),7:N0}/s with neighbours: {share,6:P1}  "
                    + $"first attempts at {PerSecond}/s p50 {p50,5:N1} ms, p99 {p99,6:N1} ms  claim and page read {claim,5:N2} ms"));
            }

        int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
    }

    /// <summary>How many a second the healthy receivers get, with everything queued beforehand.</summary>
    private static async Task<double> DrainAsync(Settings settings, LoopbackReceiver healthy, LoopbackReceiver hanging, int count, bool crowded)
    {
        using var host = await Deliveries.StandUpAsync(settings);
        var others = crowded ? count / 9 : 0;
        await Deliveries.QueueAsync(
            host.Services, count + others,
            i => i < others * 10 && i % 10 == 9 ? Deliveries.At(hanging.Url, i / 10 % Hanging) : Deliveries.At(healthy.Url, i % Healthy));
        var received = healthy.ExpectAsync(count);
        var from = Stopwatch.GetTimestamp();
        await host.StartAsync();
        await received;
        var took = Stopwatch.GetElapsedTime(from);
        await StopAsync(host);
        return count / took.TotalSeconds;
    }

    /// <summary>From the commit to the receipt, at a moderate rate, a tenth of it to receivers that hang.</summary>
    private static async Task<(double P50, double P99)> LatencyAsync(Settings settings, LoopbackReceiver healthy, LoopbackReceiver hanging)
    {
        using var host = await Deliveries.StandUpAsync(settings);
        var (sent, taken) = (new ConcurrentDictionary<string, long>(), new ConcurrentDictionary<string, long>());
        healthy.Received = id => taken.TryAdd(id, Stopwatch.GetTimestamp());
        await host.StartAsync();
        var total = (int)(PerSecond * Moderate.TotalSeconds);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
        var finishing = new List<Task>();
        for (var i = 0; i < total; i++)
        {
            await timer.WaitForNextTickAsync();
            var n = i;
            finishing.Add(Task.Run(async () =>
            {
                if (n % 10 == 9)
                    await Deliveries.FinishAsync(host.Services, Deliveries.At(hanging.Url, n / 10 % Hanging));
                else
                    sent[$"evt_{await Deliveries.FinishAsync(host.Services, Deliveries.At(healthy.Url, n % Healthy))}_3"] = Stopwatch.GetTimestamp();
            }));
        }
        await Task.WhenAll(finishing);
        while (sent.Keys.Any(id => !taken.ContainsKey(id)))
            await Task.Delay(20);
        healthy.Received = null;
        await StopAsync(host);
        List<double> times = [.. sent.Select(s => Math.Max(0, Stopwatch.GetElapsedTime(s.Value, taken[s.Key]).TotalMilliseconds)).Order()];
        return (times[times.Count / 2], times[times.Count * 99 / 100]);
    }

    /// <summary>A receiver at a port where nobody listens, owed so many deliveries.</summary>
    private static async Task NeglectAsync(Settings settings, int backlog)
    {
        using var host = await Deliveries.StandUpAsync(settings);
        await Deliveries.FinishAsync(host.Services, DeadUrl);
        await using var db = host.Services.GetRequiredService<Database>().CreateContext();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        var columns = string.Join(", ", db.Model.FindEntityType(typeof(Delivery))!.GetProperties().Select(p => p.Name).Where(name => name != nameof(Delivery.Id)));
        var (id, numbers) = db.Database.IsNpgsql()
            ? ("gen_random_uuid()", $"generate_series(1, {backlog})")
            : ("randomblob(16)", $"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {backlog}) SELECT i FROM n)");
        var sql = $"INSERT INTO Deliveries (Id, {columns}) SELECT {id}, {columns} FROM Deliveries, {numbers} AS n";
        await db.Database.ExecuteSqlRawAsync(sql);
        if (db.Database.IsNpgsql())
            await db.Database.ExecuteSqlRawAsync("ANALYZE deliveries");
    }

    /// <summary>What it takes to look for due receivers and to read the head of the dead one's queue.</summary>
    private static async Task<double> ClaimAsync(Settings settings)
    {
        using var host = await Deliveries.StandUpAsync(settings);
        var (database, clock) = (host.Services.GetRequiredService<Database>(), host.Services.GetRequiredService<TimeProvider>());
        var dead = Receiver.IdOf(TenantStore.DefaultId, Origin.Of(DeadUrl));
        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var from = Stopwatch.GetTimestamp();
            await database.ReadAsync(
                async session =>
                {
                    await ReceiverLeases.ClaimAsync(session, 500, clock.GetUtcNow(), CancellationToken.None);
                    return await DeliveryPages.ReadAsync(
                        session, [new(dead, Retries: false, 33), new(dead, Retries: true, 33)], CancellationToken.None);
                },
                CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        return Median(times);
    }

    /// <summary>Nobody waits long for what hangs.</summary>
    private static async Task StopAsync(IHost host)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await host.StopAsync(patience.Token);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}
