using System.Diagnostics;
using Fixtures;

namespace Faults.Bugs;

/// <summary>
/// A copy of the service's source and of what was built of it, in which bugs are planted and built: what is shipped has no switch for them. The programs
/// that come of it lie beside copies of all that runs them here.
/// </summary>
internal sealed class SourceTree : IDisposable
{
    private static readonly string[] BesideSource = ["Directory.Build.props", "Directory.Packages.props", "global.json", "BannedSymbols.txt"];

    private readonly string _root = Directory.CreateTempSubdirectory("faults-tree-").FullName;

    public SourceTree()
    {
        foreach (var file in BesideSource)
            File.Copy(Repository.PathOf(file), Path.Combine(_root, file));
        Copy(Repository.PathOf("src"), Path.Combine(_root, "src"));
        Copy(AppContext.BaseDirectory, Programs);
    }

    /// <summary>Where the programs lie.</summary>
    public string Programs => Path.Combine(_root, "programs");

    /// <summary>How often a text stands in a file of today's source.</summary>
    public static int Count(Edit edit) => File.ReadAllText(Repository.PathOf("src/" + edit.File)).Split(edit.Find).Length - 1;

    /// <summary>Makes the programs what they are here, with a bug or without.</summary>
    /// <exception cref="InvalidOperationException">It does not build, or the bug's text is not there.</exception>
    public async Task PlantAsync(Bug? bug, CancellationToken stop)
    {
        foreach (var program in Directory.GetFiles(AppContext.BaseDirectory, "*.dll"))
            File.Copy(program, Path.Combine(Programs, Path.GetFileName(program)), overwrite: true);
        foreach (var edits in (bug?.Edits ?? []).GroupBy(e => e.File.Split('/')[0]))
            await PlantAsync(edits.Key, [.. edits], stop);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>Builds the one project alone: a bug changes what a method does, and nothing that another project sees.</summary>
    private async Task PlantAsync(string project, IReadOnlyList<Edit> edits, CancellationToken stop)
    {
        var sources = new Dictionary<string, string>();
        try
        {
            foreach (var file in edits.GroupBy(e => e.File))
            {
                sources[file.Key] = await File.ReadAllTextAsync(PathOf(file.Key), stop);
                await File.WriteAllTextAsync(PathOf(file.Key), file.Aggregate(sources[file.Key], Planted), stop);
            }
            await BuildAsync(project, stop);
            File.Copy(PathOf($"{project}/bin/Release/net10.0/{project}.dll"), Path.Combine(Programs, project + ".dll"), overwrite: true);
        }
        finally
        {
            foreach (var (file, source) in sources)
                await File.WriteAllTextAsync(PathOf(file), source, CancellationToken.None);
        }
    }

    private static string Planted(string source, Edit edit) => source.Split(edit.Find) is [var before, var after]
        ? before + edit.Put + after
        : throw new InvalidOperationException($"{edit.File} has not exactly one place that reads: {edit.Find}");

    private async Task BuildAsync(string project, CancellationToken stop)
    {
        string[] arguments =
        [
            "build", PathOf($"{project}/{project}.csproj"), "-c", "Release", "-v", "q", "--no-restore", "--no-dependencies", "-nodeReuse:false",
            "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false",
        ];
        using var build = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            var said = await build.StandardOutput.ReadToEndAsync(stop);
            await build.WaitForExitAsync(stop);
            if (build.ExitCode != 0)
                throw new InvalidOperationException(said);
        }
        finally
        {
            if (!build.HasExited)
                build.Kill(entireProcessTree: true);
        }
    }

    private string PathOf(string file) => Path.Combine(_root, "src", file);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
