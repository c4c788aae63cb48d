using System.Globalization;
using Faults.Disturbing;
using Faults.Inside;

namespace Faults;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        dotnet run -c Release --project tests/Faults -- [options]
          --database Sqlite|PostgreSql   default: Sqlite
          --minutes N, --seconds N       how long clients and faults go on; default: 1 minute
          --seed N                       draws faults and clients; default: a new one, which is printed
          --rate N                       calls a second; default: 25
          --engines N                    delivery engines on PostgreSQL; default: 2
          --folder PATH                  where the logs go; default: a temporary folder, kept when something was found
          --judge PATH                   judges the logs of an earlier run again
          --failpoints Kill|Throw|Sleep  instead: fails the 1st step, the 2nd, and so on until a process lives untouched
          --migrations Kill|Throw        instead: the same for the steps of a first start, each on an empty database
          --from N, --step N             the first step to fail, and how far it is to the next; default: 1 and 1
          --bugs [NAME]                  instead: plants known bugs in a copy of the source, one at a time, and sees whether they are caught
          --apart N                      Throw and Sleep fail each N-th step of a life; default: 25
        """;

    public string Database { get; init; } = "Sqlite";
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(1);
    public int Seed { get; init; } = Random.Shared.Next(1, 1_000_000);
    public int Rate { get; init; } = 25;
    public int Engines { get; init; } = 2;
    public string? Folder { get; init; }
    public string? Judge { get; init; }
    public FailMode? Failpoints { get; init; }
    public FailMode? Migrations { get; init; }
    public int From { get; init; } = 1;
    public int Step { get; init; } = 1;
    public int Apart { get; init; } = 25;

    /// <summary>The name of a known bug to plant; empty for all, null for none.</summary>
    public string? Bugs { get; init; }

    /// <summary>Where the programs lie that are run.</summary>
    public string Programs { get; init; } = AppContext.BaseDirectory;

    /// <summary>What is done to the system; null: what the seed draws.</summary>
    public IReadOnlyList<PlannedFault>? Plan { get; init; }

    /// <summary>Within this time after the last fault, everything has come to an end.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(90);

    /// <exception cref="FormatException">An option is unknown, or its value is malformed.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            var isAlone = args[i] == "--bugs" && (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal));
            var value = isAlone ? "" : i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.");
            options = args[isAlone ? i : i++] switch
            {
                "--database" when value is "Sqlite" or "PostgreSql" => options with { Database = value },
                "--minutes" => options with { Duration = TimeSpan.FromMinutes(double.Parse(value, CultureInfo.InvariantCulture)) },
                "--seconds" => options with { Duration = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture)) },
                "--seed" => options with { Seed = Number(value) },
                "--rate" => options with { Rate = Number(value) },
                "--engines" => options with { Engines = Number(value) },
                "--folder" => options with { Folder = value },
                "--judge" => options with { Judge = value },
                "--failpoints" when Enum.TryParse<FailMode>(value, out var mode) => options with { Failpoints = mode },
                "--migrations" when Enum.TryParse<FailMode>(value, out var mode) => options with { Migrations = mode },
                "--from" => options with { From = Number(value) },
                "--step" => options with { Step = Number(value) },
                "--bugs" => options with { Bugs = value },
                "--apart" => options with { Apart = Number(value) },
                var unknown => throw new FormatException($"{unknown} {value} is no option."),
            };
        }
        return options;
    }

    private static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
