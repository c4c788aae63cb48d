using System.Diagnostics;
using System.Text.RegularExpressions;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

public partial class The_tree
{
    [Fact]
    public void names_no_path_of_somebodys_machine() => Assert.DoesNotContain(Lines("*"), line => MachinePath().IsMatch(line.Text));

    [Fact]
    public void has_no_test_that_sleeps() => Assert.DoesNotContain(Lines("tests/*.cs"), line => Sleep().IsMatch(line.Text));

    [Fact]
    public void reads_the_time_from_a_TimeProvider_only() => Assert.DoesNotContain(OurOwn("*.cs"), line => ClockRead().IsMatch(line.Text));

    [Fact]
    public void silences_no_warning_in_the_code() => Assert.DoesNotContain(OurOwn("src/*.cs"), line => Silencer().IsMatch(line.Text));

    [GeneratedRegex("""(?<![\w.:/-])/(work|root|home)/""")]
    private static partial Regex MachinePath();

    [GeneratedRegex("""Thread\.Sleep|Task\.Delay\((?!Timeout\.Infinite)""")]
    private static partial Regex Sleep();

    [GeneratedRegex("""DateTime(Offset)?\.(UtcNow|Now|Today)""")]
    private static partial Regex ClockRead();

    [GeneratedRegex("""#pragma warning|SuppressMessage\(""")]
    private static partial Regex Silencer();

    // dotnet ef writes migrations, and writes them its own way.
    private static IEnumerable<Line> OurOwn(string pattern) =>
        Lines(pattern).Where(line => !line.File.Contains("/Migrations/", StringComparison.Ordinal));

    private static IEnumerable<Line> Lines(string pattern) =>
        from file in FilesLike(pattern)
        where File.Exists(PathOf(file))
        from line in File.ReadLines(PathOf(file)).Index()
        select new Line(file, line.Index + 1, line.Item);

    // As git matches: a star reaches into folders.
    private static IEnumerable<string> FilesLike(string pattern) =>
        (Tracked() ?? Found()).Where(file => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, file, ignoreCase: false));

    // What is committed or about to be; null where there is no git or no clone, as in an unpacked archive.
    private static string[]? Tracked()
    {
        if (!Path.Exists(PathOf(".git"))) return null;

        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        })!;
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return git.ExitCode == 0 ? files : null;
    }

    private static IEnumerable<string> Found() =>
        from path in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        let file = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !file.Split('/').Any(folder => folder is "bin" or "obj" or ".git" or ".vs" or ".idea" or "TestResults" or "artifacts")
        select file;

    private sealed record Line(string File, int Number, string Text);
}
