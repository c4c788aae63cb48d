using System.Diagnostics;
using System.Globalization;
using Storage.Sql;

namespace Bench.Scaling;

/// <summary>
/// Deliveries and finished jobs a second with 1, 2 and 4 processes on one PostgreSQL. On a machine with few cores the rate says little about scaling;
/// what does is the database's own CPU time for each, since the processes can be added and the database can't.
/// </summary>
internal static class Engines
{
    private const int Warm = 3000;

    public static async Task RunAsync(int count)
    {
        await using var receiver = await LoopbackReceiver.StartAsync();
        foreach (var loadOf in (Func<IServiceProvider, Load>[])[services => Load.OfDeliveries(services, receiver), Load.OfJobs])
            foreach (var size in (int[])[1, 2, 4])
            {
                using var settings = await Settings.FreshAsync("PostgreSql");
                using var idle = await Deliveries.StandUpAsync(settings);
                var load = loadOf(idle.Services);
                Print(load.What, size, count, await MeasureAsync(settings, load, size, count, idle.Services.GetRequiredService<Database>()));
            }
    }

    private static async Task<Spent> MeasureAsync(Settings settings, Load load, int size, int count, Database database)
    {
        var server = await ServerCpu.OfAsync(database);
        await using var crew = await Crew.StandUpAsync(settings, load.Kind, size);
        await load.FillAsync(Warm * size);
        await crew.BeginAsync();
        await load.DoneAsync(database, crew);
        await load.HoldAsync();
        await load.FillAsync(count);
        var (cpu, own, from) = (server.Read(), crew.Cpu, Stopwatch.GetTimestamp());
        await load.ReleaseAsync();
        await load.DoneAsync(database, crew);
        return new(Stopwatch.GetElapsedTime(from), server.Read() - cpu, crew.Cpu - own);
    }

    private static void Print(string what, int size, int count, Spent spent)
    {
        var database = spent.Database.TotalMicroseconds / count;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-11} {size} process(es)  {count / spent.Wall.TotalSeconds,7:N0}/s  database {database,5:N0} µs each, processes {spent.Processes.TotalMicroseconds / count,5:N0} µs each  "
            + $"so one core of a database carries {1e6 / database,7:N0}/s, eight of them {8e6 / database,7:N0}/s"));
    }

    private sealed record Spent(TimeSpan Wall, TimeSpan Database, TimeSpan Processes);
}
