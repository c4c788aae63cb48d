using Faults.Checkers;
using Faults.Inside;
using Faults.Stepping;
using Fixtures;

namespace Faults.Tests;

/// <summary>Steps of the loops that <c>--failpoints</c> and <c>--migrations</c> run to their ends.</summary>
public sealed class A_failpoint_loop
{
    [Fact(Timeout = 300_000)]
    public async Task kills_at_the_step_it_was_told_to_and_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        var options = new Options { Failpoints = FailMode.Kill, From = 40, Step = 60, Seed = 1 };

        var stepped = await new FailpointLoop(options, TextWriter.Null).RecordAsync(folder.Path, most: 2, TestContext.Current.CancellationToken);

        Assert.Equal((2, 2, 0), (stepped.Lives, stepped.Failed, stepped.Stuck));
        Assert.All(Checker.All.Where(c => !c.IsTimed), checker => Assert.Empty(checker.Violations(stepped.History)));
    }

    [Fact(Timeout = 300_000)]
    public async Task starts_again_after_a_kill_in_the_middle_of_a_migration()
    {
        using var folder = new TemporaryFolder();
        var options = new Options { Migrations = FailMode.Kill, From = 60, Seed = 1 };

        Assert.Equal((1, 0), await new MigrationLoop(options, TextWriter.Null).RunAsync(folder.Path, most: 1, TestContext.Current.CancellationToken));
    }
}
