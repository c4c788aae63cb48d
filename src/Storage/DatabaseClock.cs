using System.Diagnostics;
using Storage.Sql;

namespace Storage;

/// <summary>
/// A clock that follows the database's: its last answer plus the monotonic time since, in whole milliseconds. All machines on one database
/// agree, whatever their own clocks say. Until the first answer it shows the machine's time.
/// </summary>
internal sealed class DatabaseClock(TimeProvider machine) : TimeProvider
{
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

    /// <summary>Asks the database; the answer is taken to be from the middle of the round trip.</summary>
    public async Task FollowAsync(Database database, CancellationToken stop)
    {
        var asked = Stopwatch.GetTimestamp();
        var time = await database.AskTimeAsync(stop);
        var half = Stopwatch.GetElapsedTime(asked) / 2;
        _reading = new Reading(time + half, Stopwatch.GetTimestamp());
        MachineAhead = machine.GetUtcNow() - GetUtcNow();
    }

    private sealed record Reading(DateTimeOffset Time, long Taken);
}
