using Faults.Checkers;

namespace Faults.Bugs;

/// <summary>
/// Plants each known bug in turn, builds the service with it and lets it run: a checker has to see it. After that, the same runs of the service
/// without a bug have to be green, or red said nothing.
/// </summary>
internal sealed class BugSuite(Options options, TextWriter output)
{
    /// <summary>Tries all bugs, or one; answers how many went wrong.</summary>
    public async Task<int> RunAsync(string folder, CancellationToken stop = default)
    {
        var bugs = KnownBugs.All.Where(b => options.Bugs is "" || b.Name == options.Bugs).ToList();
        using var tree = new SourceTree();
        var wrong = bugs.Count == 0 ? 1 : 0;
        foreach (var bug in bugs)
            wrong += await CatchAsync(bug, tree, folder, stop) ? 0 : 1;
        await tree.PlantAsync(bug: null, stop);
        foreach (var show in bugs.Select(b => b.Show).Distinct())
        {
            var red = await RedAsync(show, tree, Path.Combine(folder, $"{show.Name}-{show.Database}"), stop);
            wrong += red.Count > 0 ? 1 : 0;
            await output.WriteLineAsync($"  {(red.Count == 0 ? "ok  " : "RED ")} without a bug: {show}. {Names(red)}");
        }
        return wrong;
    }

    /// <summary>Whether a checker saw the bug.</summary>
    public async Task<bool> CatchAsync(Bug bug, SourceTree tree, string folder, CancellationToken stop)
    {
        try
        {
            await tree.PlantAsync(bug, stop);
        }
        catch (InvalidOperationException fault)
        {
            await output.WriteLineAsync($"  RED  {bug.Name}: {fault.Message}");
            return false;
        }
        var red = await RedAsync(bug.Show, tree, Path.Combine(folder, bug.Name), stop);
        var caught = bug.CaughtBy(red);
        await output.WriteLineAsync($"  {(caught.Count > 0 ? "ok  " : "RED ")} {bug.Name}: {(caught.Count > 0 ? "seen by " + Names(red) : "not seen; red were: " + Names(red))} ({bug.Show})");
        return caught.Count > 0;
    }

    private async Task<IReadOnlyList<string>> RedAsync(Show show, SourceTree tree, string folder, CancellationToken stop)
    {
        var history = await new Run(show.In(options) with { Programs = tree.Programs }, TextWriter.Null).RecordAsync(folder, stop);
        return [.. Checker.All.Where(c => !c.IsTimed && c.Violations(history).Any()).Select(c => c.Name)];
    }

    private static string Names(IReadOnlyList<string> checkers) => string.Join(", ", checkers);
}
