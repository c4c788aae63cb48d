using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Storage.Sql;

namespace Bench.Scaling;

/// <summary>
/// Deliveries a second with 1, 2 and 4 processes on one PostgreSQL. On a machine with few cores the rate says little about scaling;
/// what does is the database's own CPU time per delivery, since the processes can be added and the database can't.
/// </summary>
internal static class Engines
{
    private const int Receivers = 100;

    private static readonly PlainStatement Left = new("SELECT CAST(COUNT(d.Id) AS bigint) FROM Deliveries AS d WHERE d.Status = 0");

    public static async Task RunAsync(int count)
    {
        await using var receiver = await LoopbackReceiver.StartAsync();
        foreach (var size in (int[])[1, 2, 4])
        {
            using var settings = await Settings.FreshAsync("PostgreSql");
            Print(size, count, await DeliverAsync(settings, receiver, size, count));
        }
    }

    private static async Task<Spent> DeliverAsync(Settings settings, LoopbackReceiver receiver, int size, int count)
    {
        using var idle = await Deliveries.StandUpAsync(settings);
        await Deliveries.QueueAsync(idle.Services, count, i => Deliveries.At(receiver.Url, i % Receivers));
        return await MeasureAsync(
            settings, size, idle.Services.GetRequiredService<Database>());
    }

    private static async Task<Spent> MeasureAsync(Settings settings, int size, Database database)
    {
        var server = await ServerCpu.OfAsync(database);
        await using var crew = await Crew.StandUpAsync(settings, "engine", size);
        var (cpu, own, from) = (server.Read(), crew.Cpu, Stopwatch.GetTimestamp());
        await crew.BeginAsync();
        while ((await database.ReadAsync(s => s.ReadAsync(Left, row => row.Long(), [], CancellationToken.None), CancellationToken.None))[0] > 0)
            await Task.Delay(25);
        return new(Stopwatch.GetElapsedTime(from), server.Read() - cpu, crew.Cpu - own);
    }

    private static void Print(int size, int count, Spent spent)
    {
        var database = spent.Database.TotalMicroseconds / count;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"deliveries  {size} process(es)  {count / spent.Wall.TotalSeconds,7:N0}/s  database {database,5:N0} µs each, processes {spent.Processes.TotalMicroseconds / count,5:N0} µs each  "
            + $"so one core of a database carries {1e6 / database,7:N0}/s, eight of them {8e6 / database,7:N0}/s"));
    }

    private sealed record Spent(TimeSpan Wall, TimeSpan Database, TimeSpan Processes);
}
