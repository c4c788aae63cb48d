using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

// A misspelt one is silently ignored by the program, so nobody would see that it does nothing.
public partial class A_deployed_setting
{
    private static readonly Dictionary<string, Type> sections = new[] { "Egress", "Storage", "DeliveryEngine", "JobApi" }
        .SelectMany(name => Assembly.Load(name).GetTypes()).Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))
        .ToDictionary(type => type.Name[..^"Options".Length]);

    private static readonly string code = string.Concat(Directory
        .GetFiles(PathOf("src"), "*.cs", SearchOption.AllDirectories).Where(file => !BuildOutput().IsMatch(file)).Select(File.ReadAllText));

    public static TheoryData<string, string> InCompose => Distinct(
        Yaml.Of("docker-compose.yml").Single()["services"].Members.Values
            .Where(service => service["build", "dockerfile"].Text.StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(service => service["environment"].Members).Select(setting => (setting.Key, Default().Replace(setting.Value.Text, "$1"))));

    public static TheoryData<string, string> InKubernetes => Distinct([
        .. Texts(Manifests.The("ConfigMap", "webhooks")["data"]),
        .. Texts(Manifests.Example("Secret")["stringData"]),
        .. from workload in (string[])["webhooks-api", "webhooks-engine", "webhooks-migrate"]
           from setting in Manifests.Container(workload)["env"].Items
           where setting["value"].IsThere
           select (setting["name"].Text, setting["value"].Text)]);

    [Theory, MemberData(nameof(InCompose)), MemberData(nameof(InKubernetes))]
    public void is_one_that_the_code_reads(string name, string value)
    {
        var path = name.Replace("__", ":", StringComparison.Ordinal);
        var (section, key) = (path.Split(':')[0], path.Split(':')[1]);

        if (!sections.TryGetValue(section, out var options))
            Assert.Contains(section == "ConnectionStrings" ? $"GetConnectionString(\"{key}\")" : $"(\"{path}\"", code, StringComparison.Ordinal);
        else
        {
            Assert.Contains($"(\"{section}\")", code, StringComparison.Ordinal);
            var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(path, value)]).Build();
            Assert.NotNull(configuration.GetSection(section).Get(options, binder => binder.ErrorOnUnknownConfiguration = true));
        }
    }

    private static IEnumerable<(string Name, string Value)> Texts(Yaml map) => map.Members.Select(member => (member.Key, member.Value.Text));

    private static TheoryData<string, string> Distinct(IEnumerable<(string Name, string Value)> settings) => [.. settings.Distinct()];

    [GeneratedRegex("""\$\{\w+:-([^{}]*)\}""")]
    private static partial Regex Default();

    [GeneratedRegex("""[/\\](obj|bin)[/\\]""")]
    private static partial Regex BuildOutput();
}
