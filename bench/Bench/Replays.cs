using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Replays;
using Storage.Sql;
using Storage.Tenants;

namespace Bench;

/// <summary>How fast one replay makes parked deliveries due, each of a callback of its own, and how much memory the process takes meanwhile.</summary>
internal static class Replays
{
    private const int Page = 1000;

    private static readonly PlainStatement ParkAll = new("UPDATE Deliveries SET Status = 2, Reason = 'retries_exhausted'");

    public static async Task PrintAsync(string provider, int count)
    {
        using var fresh = await Settings.FreshAsync(provider);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(fresh.Values);
        builder.Services.AddStorage(builder.Configuration);
        using var host = builder.Build();
        await host.Services.PrepareStorageAsync(CancellationToken.None);
        await ParkAsync(host.Services.GetRequiredService<Database>(), count);
        var (runs, store) = (host.Services.GetRequiredService<ReplayRuns>(), host.Services.GetRequiredService<ReplayStore>());
        var asked = (Asked.Accepted)await store.AddAsync(NewReplay(), CancellationToken.None);

        using var process = Process.GetCurrentProcess();
        GC.Collect();
        process.Refresh();
        var (before, most) = (process.WorkingSet64, process.WorkingSet64);
        var figure = await Measure.RateAsync(count, async () =>
        {
            while (await runs.RunOnceAsync(CancellationToken.None))
            {
                process.Refresh();
                most = Math.Max(most, process.WorkingSet64);
            }
        });
        var done = await store.FindAsync(TenantStore.DefaultId, asked.Replay.Id, CancellationToken.None);
        Console.WriteLine(
            $"{provider,-11} {done!.Replayed,9:N0} of {count:N0} parked deliveries replayed  {figure.PerSecond,9:N0}/s  {figure.CpuMicroseconds,6:N0} µs CPU  " +
            $"memory {before / 1048576} MiB, at most {most / 1048576} MiB");
    }

    private static async Task ParkAsync(Database database, int count)
    {
        for (var made = 0; made < count; made += Page)
        {
            var now = DateTimeOffset.UnixEpoch.AddYears(50).AddMilliseconds(made);
            var callbacks = Enumerable.Range(made, Math.Min(Page, count - made)).Select(i => NewCallback(now, i)).ToList();
            await WriteAsync(database, session =>
            {
                session.Write(DeliveryStatements.InsertCallbacks, callbacks);
                session.Write(DeliveryStatements.InsertDeliveries, callbacks.ConvertAll(c => Delivery.Of(c, 1, JobEventType.Succeeded, 1024, now)));
            });
        }
        await WriteAsync(database, session => session.Write(ParkAll));
    }

    private static Callback NewCallback(DateTimeOffset now, int number)
    {
        var url = $"https://r{number % 1000}.example/hook";
        return new()
        {
            Id = Id<Callback>.New(now), TenantId = TenantStore.DefaultId, JobId = Id<Job>.New(now), Url = url, Events = EventSet.Terminal, CreatedAt = now,
            ReceiverId = Receiver.IdOf(TenantStore.DefaultId, Origin.Of(url)),
        };
    }

    private static Replay NewReplay()
    {
        var (after, before) = DeliveryTimes.Between(null, null);
        return new()
        {
            Id = Id<Replay>.New(DateTimeOffset.UnixEpoch.AddYears(50)), TenantId = TenantStore.DefaultId, Deliveries = DeliveryStatus.Parked, Position = after,
            Through = before, CreatedAt = DateTimeOffset.UnixEpoch,
        };
    }

    private static Task<int> WriteAsync(Database database, Action<SqlSession> write) => database.WriteAsync(
        session =>
        {
            write(session);
            return session.FlushAsync(CancellationToken.None);
        },
        CancellationToken.None);
}
