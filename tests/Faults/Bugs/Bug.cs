using Faults.Disturbing;
using Faults.Histories;

namespace Faults.Bugs;

/// <summary>A known bug: what stands in the source of the service, what is put in its place, and the run in which a checker has to see it.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Show">The run that shows it.</param>
/// <param name="Checkers">Those that have to see it: one of them at least.</param>
internal sealed record Bug(string Name, Show Show, IReadOnlyList<string> Checkers, params IReadOnlyList<Edit> Edits)
{
    /// <summary>The checkers that saw more than they should have, of those that may see it.</summary>
    public IReadOnlyList<string> CaughtBy(IReadOnlyCollection<string> red) => [.. Checkers.Where(red.Contains)];
}

/// <summary>One place in the source: the text stands there exactly once.</summary>
/// <param name="File">Relative to <c>src</c>.</param>
internal sealed record Edit(string File, string Find, string Put);

/// <summary>A run that shows bugs. Without any, it is green.</summary>
internal sealed record Show(string Name, string Database, TimeSpan Time, params IReadOnlyList<PlannedFault> Faults)
{
    /// <summary>Nothing is done to the system.</summary>
    public static Show Calm { get; } = new("calm", "Sqlite", Seconds(12));

    public static Show CalmOnServer { get; } = new("calm", "PostgreSql", Seconds(15));

    /// <summary>Long enough for the chore that comes each minute, and when it comes a receiver is owed much.</summary>
    public static Show Minute { get; } = new("a minute", "Sqlite", Seconds(75), new PlannedFault(Seconds(45), Harm.ReceiverDown, "api", Seconds(25)));

    public static Show Killed { get; } = new(
        "killed", "Sqlite", Seconds(44), [.. Enumerable.Range(0, 20).Select(n => new PlannedFault(Seconds(3 + 2 * n), Harm.Kill, "api", TimeSpan.Zero))]) { Rate = 60 };

    /// <summary>One engine stands still for longer than its lease and goes on, then the other, five times.</summary>
    public static Show Paused { get; } = new(
        "paused", "PostgreSql", Seconds(62),
        [.. Enumerable.Range(0, 5).Select(n => new PlannedFault(Seconds(3 + 11 * n), Harm.Pause, n % 2 == 0 ? "engine1" : "engine2", Seconds(9)))]) { Rate = 60 };

    /// <summary>Connections to the database end, again and again.</summary>
    public static Show Disconnected { get; } = new(
        "disconnected", "PostgreSql", Seconds(30),
        [.. Enumerable.Range(0, 12).Select(n => new PlannedFault(Seconds(3 + 2 * n), Harm.ConnectionsTerminated, "engine1", TimeSpan.Zero))]);

    /// <summary>A receiver is not there for long enough to be tried many times.</summary>
    public static Show Refused { get; } = new("refused", "Sqlite", Seconds(24), new PlannedFault(Seconds(3), Harm.ReceiverDown, "api", Seconds(17)));

    /// <summary>Calls a second.</summary>
    public int Rate { get; init; } = 25;

    public Options In(Options options) => options with { Database = Database, Duration = Time, Plan = Faults, Rate = Rate, Patience = Seconds(45) };

    public override string ToString() => $"{Name}, {Database}, {Time.TotalSeconds:0} s";

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
