using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Storage.Sql;

namespace Bench.Scaling;

/// <summary>CPU time of a PostgreSQL server on this machine, all its processes together, from <c>/proc</c> (proc(5); a tick is 10 ms).</summary>
internal sealed class ServerCpu
{
    private readonly int _postmaster;

    private ServerCpu(int postmaster) => _postmaster = postmaster;

    public static async Task<ServerCpu> OfAsync(Database database)
    {
        await using var db = database.CreateContext();
        var backend = (await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").ToListAsync())[0];
        return new(int.Parse(Stat(backend)[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Of processes that have ended, the postmaster keeps the sum.</summary>
    public TimeSpan Read()
    {
        var ticks = Sum(Stat(_postmaster), 11, 12, 13, 14);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out var pid) && Stat(pid) is { Length: > 12 } stat && stat[1] == _postmaster.ToString(CultureInfo.InvariantCulture))
                ticks += Sum(stat, 11, 12);
        return TimeSpan.FromMilliseconds(ticks * 10);
    }

    private static long Sum(string[] stat, params int[] fields) => fields.Sum(field => long.Parse(stat[field], CultureInfo.InvariantCulture));

    /// <summary>The fields behind the name: state, parent, … utime, stime, cutime, cstime are 11 to 14.</summary>
    private static string[] Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
