using System.Diagnostics;
using Storage.Sql;

namespace Storage;

/// <summary>
/// A clock that follows the database's: its last answer plus the monotonic time since, in whole milliseconds. All machines on one database
/// agree, whatever their own clocks say. Until the first answer it shows the machine's time.
/// </summary>
internal sealed class DatabaseClock(TimeProvider machine) : TimeProvider
{
    private const int Questions = 3;

    private Reading _reading = new(machine.GetUtcNow(), Stopwatch.GetTimestamp());

    public DatabaseClock()
        : this(System)
    {
    }

    /// <summary>How far the machine's clock was ahead of the database's at the last reading.</summary>
    public TimeSpan MachineAhead { get; private set; }

    public override DateTimeOffset GetUtcNow()
    {
        var reading = _reading;
        return DateTimeOffset.FromUnixTimeMilliseconds((reading.Time + Stopwatch.GetElapsedTime(reading.Taken)).ToUnixTimeMilliseconds());
    }

    /// <summary>
    /// Asks the database; an answer is taken to be from the middle of the round trip, so the quickest of a few tells most. The first may have had a
    /// connection to open.
    /// </summary>
    public async Task FollowAsync(Database database, CancellationToken stop)
    {
        var best = await AskAsync(database, stop);
        for (var asked = 1; asked < Questions; asked++)
            if (await AskAsync(database, stop) is var next && next.Half < best.Half)
                best = next;
        _reading = best.Reading;
        MachineAhead = machine.GetUtcNow() - GetUtcNow();
    }

    private static async Task<(TimeSpan Half, Reading Reading)> AskAsync(Database database, CancellationToken stop)
    {
        var asked = Stopwatch.GetTimestamp();
        var time = await database.AskTimeAsync(stop);
        var taken = Stopwatch.GetTimestamp();
        var half = Stopwatch.GetElapsedTime(asked, taken) / 2;
        return (half, new Reading(time + half, taken));
    }

    private sealed record Reading(DateTimeOffset Time, long Taken);
}
