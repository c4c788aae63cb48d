using System.Diagnostics;
using System.Globalization;
using Bench.Working;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Sql;
using Storage.Tenants;

namespace Bench.Growing;

/// <summary>
/// What the hot statements cost beside 10³, 10⁵, 10⁷ deliveries of the past. One database grows, so what is measured is the same each time; the fastest
/// tenth of many repetitions is what the statement costs, the median what a busy machine makes of it.
/// </summary>
internal static class Growth
{
    private const int Receivers = 100;
    private const int Group = 32;
    private const int Groups = 64;
    private const int Drains = 5;
    private const int Looks = 300;

    public static async Task RunAsync(string provider, int largest)
    {
        await using var receiver = await LoopbackReceiver.StartAsync();
        using var settings = await Settings.FreshAsync(provider);
        using var host = await Deliveries.StandUpAsync(settings);
        var history = await BeginAsync(host.Services, settings, receiver);
        await MeasureAsync(settings, receiver); // warm
        var first = new Dictionary<string, double>();
        foreach (var rows in ((int[])[1_000, 100_000, 10_000_000]).Select(size => Math.Min(size, largest)).Distinct())
        {
            var from = Stopwatch.GetTimestamp();
            await history.GrowAsync(rows);
            Console.WriteLine($"{provider,-11} {rows,11:N0} delivered deliveries and attempts, {rows / History.PerJob:N0} finished jobs; filled in {Stopwatch.GetElapsedTime(from).TotalSeconds:N0} s");
            foreach (var (what, times) in await MeasureAsync(settings, receiver))
            {
                times.Sort();
                var (median, fastest) = (times[times.Count / 2], times[times.Count / 10]);
                first.TryAdd(what, fastest);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{provider,-11} {rows,11:N0}  {what,-44} fastest tenth {fastest,8:N3} ms, median {median,8:N3} ms   {fastest / first[what],5:N2} of the first"));
            }
        }
    }

    /// <summary>Lets the product deliver one to each receiver: the pattern of the past.</summary>
    private static async Task<History> BeginAsync(IServiceProvider services, Settings settings, LoopbackReceiver receiver)
    {
        var history = new History(services);
        await Deliveries.QueueAsync(services, Receivers, i => Deliveries.At(receiver.Url, i));
        await SendAsync(settings, receiver, Receivers);
        await history.LearnAsync();
        return history;
    }

    private static async Task<Dictionary<string, List<double>>> MeasureAsync(Settings settings, LoopbackReceiver receiver)
    {
        var costs = new Dictionary<string, List<double>>();
        List<double> Of(string what) => costs.TryGetValue(what, out var times) ? times : costs[what] = [];

        for (var drain = 0; drain < Drains; drain++)
        {
            using var host = await Deliveries.StandUpAsync(settings);
            var (writer, clock) = (host.Services.GetRequiredService<JobWriter>(), host.Services.GetRequiredService<TimeProvider>());
            for (var group = 0; group < Groups; group++)
            {
                var jobs = Enumerable.Range(group * Group, Group).Select(i => Deliveries.Owing(clock.GetUtcNow(), Deliveries.At(receiver.Url, i % Receivers))).ToList();
                await TimeAsync(Of($"accept {Group} jobs at once"), () => Task.WhenAll(jobs.Select(j => writer.SubmitAsync(j.Job, [j.Callback]))));
                await TimeAsync(Of($"finish {Group} jobs at once"), () => Task.WhenAll(jobs.Select(j => Deliveries.FinishAsync(host.Services, j.Job.Id))));
            }
            for (var look = 0; look < Looks / Drains; look++)
                await TimeAsync(Of($"claim of {Receivers} receivers and their pages"), () => LookAsync(host.Services));
            Of("delivery, of a drain of 2,048 in one").Add(await SendAsync(settings, receiver, Groups * Group) / (Groups * Group));
        }
        using (var host = await Deliveries.StandUpAsync(settings))
        {
            await Working.Backlog.FillAsync(host.Services, Looks, _ => Working.Backlog.Claimable);
            var claims = host.Services.GetRequiredService<JobClaims>();
            for (var claim = 0; claim < Looks; claim++)
                await TimeAsync(Of("claim of a job"), () => claims.ClaimAsync(new ClaimWish(TenantStore.DefaultId, [HttpWorker.Type], 1, "bench", TimeSpan.FromHours(1)), CancellationToken.None));
            await RetentionAsync(host.Services, Of("look of retention, nothing is old enough"));
        }
        return costs;
    }

    /// <summary>Jobs, deliveries and attempts; the past is a day old, and all is kept for two.</summary>
    private static async Task RetentionAsync(IServiceProvider services, List<double> times)
    {
        var (database, clock) = (services.GetRequiredService<Database>(), services.GetRequiredService<TimeProvider>());
        var kept = Options.Create(new RetentionOptions { Delivered = TimeSpan.FromDays(2), Attempts = TimeSpan.FromDays(2) });
        var deliveries = new DeliveryRetention(database, kept, clock);
        for (var look = 0; look < Looks; look++)
            await TimeAsync(times, async () =>
            {
                var last = clock.GetUtcNow() - TimeSpan.FromMinutes(1);
                if (await services.GetRequiredService<Retention>().RunAsync(last, 500, CancellationToken.None) + await deliveries.RunAsync(last, 500, CancellationToken.None) > 0)
                    throw new InvalidOperationException("Retention removed what is kept.");
            });
    }

    private static Task<int> LookAsync(IServiceProvider services)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return services.GetRequiredService<Database>().ReadAsync(
            async session =>
            {
                var claimed = await ReceiverLeases.ClaimAsync(session, 500, now, CancellationToken.None);
                var page = await DeliveryPages.ReadAsync(
                    session, [.. claimed.SelectMany(r => new QueueHead[] { new(r.Id, Retries: false, 33), new(r.Id, Retries: true, 33) })], CancellationToken.None);
                return page.Count == Groups * Group ? page.Count : throw new InvalidOperationException($"{claimed.Count} receivers had {page.Count} due deliveries.");
            },
            CancellationToken.None);
    }

    /// <summary>Milliseconds until the engine has sent what is owed and settled it.</summary>
    private static async Task<double> SendAsync(Settings settings, LoopbackReceiver receiver, int count)
    {
        using var host = await Deliveries.StandUpAsync(settings);
        var received = receiver.ExpectAsync(count);
        var engine = host.Services.GetRequiredService<DeliveryEngine.DeliveryEngine>();
        var from = Stopwatch.GetTimestamp();
        await host.StartAsync();
        await received;
        while (!engine.IsIdle)
            await Task.Delay(1);
        var took = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        await host.StopAsync();
        return took;
    }

    private static async Task TimeAsync(List<double> times, Func<Task> work)
    {
        var from = Stopwatch.GetTimestamp();
        await work();
        times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
    }
}
