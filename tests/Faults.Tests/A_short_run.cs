using Faults.Checkers;
using Fixtures;

namespace Faults.Tests;

/// <summary>
/// Real processes, killed and cut off for some seconds. <c>dotnet run -c Release --project tests/Faults</c> does it for as long as one likes.
/// </summary>
public sealed class A_short_run
{
    [Theory(Timeout = 300_000), InlineData("Sqlite", 3), InlineData("PostgreSql", 5)]
    public async Task loses_nothing_and_explains_every_repeat(string database, int seed)
    {
        using var folder = new TemporaryFolder();
        var options = new Options { Database = database, Seed = seed, Duration = TimeSpan.FromSeconds(10), Rate = 15 };

        var history = await new Run(options, TextWriter.Null).RecordAsync(folder.Path, TestContext.Current.CancellationToken);

        Assert.NotEmpty(history.Disturbances);
        Assert.NotEmpty(history.Audit.Attempts);
        Assert.NotEmpty(history.WorkerCalls);
        Assert.NotEmpty(history.ReadThrough);
        Assert.NotEmpty(history.Secrets);
        if (database == "PostgreSql") // two machines, ten minutes apart
            Assert.Equal([TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5)], history.Terms.Clocks.Values.Distinct().Order());
        Assert.All(Checker.All.Where(c => !c.IsTimed), checker => Assert.Empty(checker.Violations(history)));
    }
}
