using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Storage.Sql;

namespace Bench.Scaling;

/// <summary>
/// Deliveries and finished jobs a second with 1, 2 and 4 processes on one PostgreSQL. On a machine with few cores the rate says little about scaling;
/// what does is the database's own CPU time per delivery, since the processes can be added and the database can't.
/// </summary>
internal static class Engines
{
    private const int Receivers = 100;

    public static async Task RunAsync(int count)
    {
        await using var receiver = await LoopbackReceiver.StartAsync();
        foreach (var size in (int[])[1, 2, 4])
        {
            using var settings = await Settings.FreshAsync("PostgreSql");
            Print("deliveries", size, count, await DeliverAsync(settings, receiver, size, count));
        }
        foreach (var size in (int[])[1, 2, 4])
        {
            using var settings = await Settings.FreshAsync("PostgreSql");
            Print("jobs finished", size, count, await FinishAsync(settings, size, count));
        }
    }

    private static async Task<Spent> DeliverAsync(Settings settings, LoopbackReceiver receiver, int size, int count)
    {
        using var idle = await Deliveries.StandUpAsync(settings);
        await Deliveries.QueueAsync(idle.Services, count, i => Deliveries.At(receiver.Url, i % Receivers));
        return await MeasureAsync(
            settings, "engine", size, idle.Services.GetRequiredService<Database>(), "SELECT CAST(COUNT(d.Id) AS bigint) FROM Deliveries AS d WHERE d.Status = 0");
    }

    private static async Task<Spent> FinishAsync(Settings settings, int size, int count)
    {
        await Api.QueueAsync(settings, count);
        using var idle = await Deliveries.StandUpAsync(settings);
        return await MeasureAsync(
            settings, "handlers", size, idle.Services.GetRequiredService<Database>(), "SELECT CAST(COUNT(j.Id) AS bigint) FROM Jobs AS j WHERE j.Status IN (0, 1)");
    }

    private static async Task<Spent> MeasureAsync(Settings settings, string kind, int size, Database database, string countLeft)
    {
        var left = new PlainStatement(countLeft);
        var server = await ServerCpu.OfAsync(database);
        await using var crew = await Crew.StandUpAsync(settings, kind, size);
        var (cpu, own, from) = (server.Read(), crew.Cpu, Stopwatch.GetTimestamp());
        await crew.BeginAsync();
        while ((await database.ReadAsync(s => s.ReadAsync(left, row => row.Long(), [], CancellationToken.None), CancellationToken.None))[0] > 0)
            await Task.Delay(25);
        return new(Stopwatch.GetElapsedTime(from), server.Read() - cpu, crew.Cpu - own);
    }

    private static void Print(string what, int size, int count, Spent spent)
    {
        var database = spent.Database.TotalMicroseconds / count;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-14} {size} process(es)  {count / spent.Wall.TotalSeconds,7:N0}/s  database {database,5:N0} µs each, processes {spent.Processes.TotalMicroseconds / count,5:N0} µs each  "
            + $"so one core of a database carries {1e6 / database,7:N0}/s, eight of them {8e6 / database,7:N0}/s"));
    }

    private sealed record Spent(TimeSpan Wall, TimeSpan Database, TimeSpan Processes);
}
