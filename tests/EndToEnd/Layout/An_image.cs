using System.Text.RegularExpressions;
using System.Xml.Linq;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

public partial class An_image
{
    public static TheoryData<string> Every => ["src/JobApi", "src/DeliveryEngine", "samples/Receiver"];

    [Theory, MemberData(nameof(Every))]
    public void has_no_shell_and_does_not_run_as_root(string folder)
    {
        var final = Dockerfile(folder).Split("\nFROM ")[^1].Split('\n');

        Assert.StartsWith("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled", final[0], StringComparison.Ordinal);
        Assert.Contains("USER $APP_UID", final);
        Assert.DoesNotContain(final, line => line.StartsWith("RUN ", StringComparison.Ordinal));
    }

    // Docker restores before it sees the code, from this list; a project missing there breaks the build of the image only.
    [Theory, MemberData(nameof(Every))]
    public void restores_exactly_the_projects_that_it_is_made_of(string folder)
    {
        var restored = ProjectCopy().Matches(Dockerfile(folder)).Select(match => match.Groups["folder"].Value);

        Assert.Equal(PartsOf(folder).Distinct().Order(), restored.Order());
    }

    private static string Dockerfile(string folder) => File.ReadAllText(PathOf($"{folder}/Dockerfile"));

    private static IEnumerable<string> PartsOf(string folder)
    {
        var project = Directory.GetFiles(PathOf(folder), "*.csproj").Single();
        var referenced = XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetDirectoryName(Path.GetFullPath(reference.Attribute("Include")!.Value, PathOf(folder)))!)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

        return [folder, .. referenced.SelectMany(PartsOf)];
    }

    [GeneratedRegex(@"^COPY (?<folder>\S+)/\*\.csproj \k<folder>/packages\.lock\.json \k<folder>/$", RegexOptions.Multiline)]
    private static partial Regex ProjectCopy();
}
