using System.Xml.Linq;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

public class The_map
{
    // Whatever a project references stands above it, so no arrow can close a circle.
    private static readonly (string Project, string[] References)[] drawn =
    [
        ("Egress", []),
        ("JobClient", []),
        ("Storage", []),
        ("WebhookVerifier", []),
        ("WebhookVerifier.AspNetCore", ["WebhookVerifier"]),
        ("WebhookVerifier.Ed25519", ["WebhookVerifier"]),
        ("DeliveryEngine", ["Egress", "Storage", "WebhookVerifier", "WebhookVerifier.Ed25519"]),
        ("JobApi", ["DeliveryEngine", "Egress", "JobClient"]),
    ];

    [Fact]
    public void shows_every_project_with_exactly_its_references() =>
        Assert.Equal(
            drawn.Select(row => Line(row.Project, row.References)).Order(),
            ProjectsUnder("src").Select(file => Line(NameOf(file), ReferencesOf(file))).Order());

    [Fact]
    public void has_no_circles()
    {
        var above = new HashSet<string>();
        foreach (var (project, references) in drawn)
        {
            Assert.Empty(references.Except(above));
            above.Add(project);
        }
    }

    [Fact]
    public void is_whole_in_the_solution_that_the_tests_run()
    {
        var solution = File.ReadAllText(PathOf("Webhooks.sln"));
        string[] projects = [.. ProjectsUnder("src"), .. ProjectsUnder("samples"), .. ProjectsUnder("tests"), .. ProjectsUnder("bench")];

        Assert.All(projects, project => Assert.Contains($"\\{NameOf(project)}.csproj\"", solution, StringComparison.Ordinal));
    }

    private static string[] ProjectsUnder(string folder) =>
        Directory.Exists(PathOf(folder)) ? Directory.GetFiles(PathOf(folder), "*.csproj", SearchOption.AllDirectories) : [];

    private static IEnumerable<string> ReferencesOf(string project) =>
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => NameOf(reference.Attribute("Include")!.Value));

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    private static string Line(string project, IEnumerable<string> references) => $"{project} → {string.Join(", ", references.Order())}";
}
