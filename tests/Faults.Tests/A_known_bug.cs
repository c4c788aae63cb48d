using Faults.Bugs;
using Faults.Checkers;
using Fixtures;

namespace Faults.Tests;

/// <summary>One of the bugs that <c>--bugs</c> plants, and what it is planted in.</summary>
public sealed class A_known_bug
{
    [Fact]
    public void has_its_place_in_the_source_exactly_once() =>
        Assert.All(KnownBugs.All.SelectMany(bug => bug.Edits), edit => Assert.Equal((edit, 1), (edit, SourceTree.Count(edit))));

    [Fact]
    public void is_expected_by_a_checker_that_there_is() =>
        Assert.All(KnownBugs.All.SelectMany(bug => bug.Checkers), name => Assert.Contains(name, Checker.All.Where(c => !c.IsTimed).Select(c => c.Name)));

    [Fact(Timeout = 600_000)]
    public async Task is_seen_where_it_is_planted_and_not_where_nothing_is()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        using var tree = new SourceTree();
        var suite = new BugSuite(new Options { Seed = 3 }, TextWriter.Null);
        var planted = KnownBugs.All.Single(bug => bug.Name == "refusal-taken-for-delivered") with { Show = new("short", "Sqlite", TimeSpan.FromSeconds(6)) };
        var nothing = planted with { Name = "nothing", Checkers = [.. Checker.All.Select(c => c.Name)], Edits = [] };

        Assert.False(await suite.CatchAsync(nothing, tree, folder.Path, stop));
        Assert.True(await suite.CatchAsync(planted, tree, folder.Path, stop));
    }
}
