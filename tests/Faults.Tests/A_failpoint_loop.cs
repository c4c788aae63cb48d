using Faults.Checkers;
using Faults.Inside;
using Faults.Stepping;
using Fixtures;

namespace Faults.Tests;

/// <summary>Two steps of the loop that <c>--failpoints</c> runs to its end.</summary>
public sealed class A_failpoint_loop
{
    [Fact(Timeout = 300_000)]
    public async Task kills_at_the_step_it_was_told_to_and_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        var options = new Options { Failpoints = FailMode.Kill, From = 40, Step = 60, Seed = 1 };

        var (history, failed) = await new FailpointLoop(options, TextWriter.Null).RecordAsync(folder.Path, most: 2, TestContext.Current.CancellationToken);

        Assert.Equal(2, failed);
        Assert.All(Checker.All.Where(c => !c.IsTimed), checker => Assert.Empty(checker.Violations(history)));
    }
}
