using System.Net;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

public partial class The_compose_file
{
    private static readonly string text = File.ReadAllText(PathOf("docker-compose.yml"));
    private static readonly Compose file = Parse(text);
    private static readonly Dictionary<string, Service> services = file.Services;
    private static readonly Dictionary<string, Network> networks = file.Networks;
    private static readonly Dictionary<string, Config> configs = file.Configs;

    public static TheoryData<string> Own => [.. services.Where(service => service.Value.Build is not null).Select(service => service.Key)];

    public static TheoryData<string> Locked => [.. Own.Select(row => row.Data), "proxy"];

    public static TheoryData<string> All => [.. services.Keys];

    [Fact]
    public void runs_two_apis_behind_a_proxy_three_engines_a_receiver_and_a_database()
    {
        Assert.Equal(["api", "engine", "migrate", "postgres", "proxy", "receiver", "sqlserver"], services.Keys.Order());
        Assert.Equal(["api", "engine", "migrate", "receiver"], Own.Select(row => row.Data).Order());
        Assert.Equal("2", services["api"].Deploy["replicas"]);
        Assert.Equal("3", services["engine"].Deploy["replicas"]);
        Assert.Equal("false", services["api"].Setting("Engine__Embedded"));
        Assert.Equal(["postgres"], services.Where(service => service.Value.Profiles is not []).Select(service => service.Key));
    }

    [Theory, MemberData(nameof(All))]
    public void publishes_ports_to_this_machine_only(string name) =>
        Assert.All(services[name].Ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [Theory, MemberData(nameof(All))]
    public void gives_no_container_power_over_its_host(string name)
    {
        Assert.False(services[name].Privileged);
        Assert.All(services[name].Volumes, volume => Assert.Matches("^[a-z]+:/", volume));
    }

    [Fact]
    public void publishes_of_the_service_its_proxy_alone() =>
        Assert.Equal(["proxy", "receiver"], services.Where(service => service.Value.Ports is not []).Select(service => service.Key).Order());

    [Fact]
    public void believes_its_proxy_and_nobody_else()
    {
        var believed = services["api"].Environment.Where(setting => setting.Key.StartsWith("Api__KnownProxies", StringComparison.Ordinal));

        Assert.Equal([new("Api__KnownProxies__0", $"{services["proxy"].Networks["outside"].Ipv4Address}/32")], believed);
    }

    // An address that is written down is nobody else's only if those that are handed out come from another half.
    [Theory, InlineData("proxy"), InlineData("receiver")]
    public void hands_out_no_address_that_is_written_down(string name)
    {
        var range = Assert.Single(networks["outside"].Ipam.Config);
        var address = IPAddress.Parse(services[name].Networks["outside"].Ipv4Address!);

        Assert.True(IPNetwork.Parse(range.Subnet).Contains(address));
        Assert.False(IPNetwork.Parse(range.IpRange).Contains(address));
    }

    [Fact]
    public void configures_its_proxy_from_a_file_that_is_here()
    {
        var mounted = Assert.Single(services["proxy"].Configs);

        Assert.Equal("/etc/nginx/nginx.conf", mounted.Target);
        Assert.True(File.Exists(PathOf(configs[mounted.Source].File)));
    }

    [Theory, MemberData(nameof(Locked))]
    public void locks_our_own_containers_and_the_proxy_down(string name)
    {
        var service = services[name];
        Assert.True(service.ReadOnly);
        Assert.Equal(["ALL"], service.CapDrop);
        Assert.Empty(service.CapAdd);
        Assert.Equal(["no-new-privileges:true"], service.SecurityOpt);
        Assert.NotNull(service.MemLimit);
        Assert.NotNull(service.PidsLimit);
    }

    [Theory, MemberData(nameof(Own))]
    public void builds_images_that_are_here_and_need_no_shell_to_be_watched(string name)
    {
        Assert.True(File.Exists(PathOf(services[name].Build!.Dockerfile)));
        Assert.Null(services[name].Healthcheck);
    }

    [Theory, InlineData("api"), InlineData("engine"), InlineData("migrate")]
    public void starts_us_when_the_database_answers(string name)
    {
        foreach (var database in (string[])["sqlserver", "postgres"])
        {
            Assert.Equal("service_healthy", services[name].DependsOn[database].Condition);
            Assert.Equal("CMD", services[database].Healthcheck!.Test[0]);
        }
    }

    [Theory, InlineData("api"), InlineData("engine")]
    public void starts_us_when_the_schema_is_up_to_date(string name)
    {
        Assert.Equal("service_completed_successfully", services[name].DependsOn["migrate"].Condition);
        Assert.Equal(["--migrate-only"], services["migrate"].Command);
        Assert.Equal("no", services["migrate"].Restart);
    }

    [Fact]
    public void keeps_uploaded_results_where_both_apis_see_them()
    {
        Assert.Equal("/results", services["api"].Setting("Results__Folder"));
        Assert.Contains("results:/results", services["api"].Volumes);
    }

    [Theory, InlineData("api"), InlineData("engine")]
    public void shares_one_key_ring(string name)
    {
        Assert.Equal("/keys", services[name].Setting("Security__KeyRing"));
        Assert.Contains("keys:/keys", services[name].Volumes);
        Assert.Contains("COPY --from=build --chown=$APP_UID:$APP_UID /keys /keys", File.ReadLines(PathOf(services[name].Build!.Dockerfile)));
    }

    [Theory, InlineData("api"), InlineData("engine")]
    public void opens_the_address_guard_for_the_receiver_alone(string name)
    {
        var allowed = services[name].Environment.Where(setting => setting.Key.StartsWith("Egress__", StringComparison.Ordinal));

        Assert.Equal([new("Egress__Allow__0", $"{services["receiver"].Networks["outside"].Ipv4Address}/32:8080")], allowed);
    }

    [Fact]
    public void knows_no_secret_and_says_which_ones_it_needs()
    {
        var needed = Needed().Matches(text).Select(match => match.Groups[1].Value).Order().ToArray();
        var example = File.ReadLines(PathOf(".env.example"));

        Assert.Equal(["BOOTSTRAP_KEY", "MSSQL_SA_PASSWORD", "RECEIVER_SECRET"], needed);
        Assert.All(needed, name => Assert.Contains($"{name}=", example));
        Assert.All(
            services.Values.SelectMany(service => service.Environment).Where(setting => Secret().IsMatch(setting.Key)),
            setting => Assert.StartsWith("${", setting.Value, StringComparison.Ordinal));
    }

    [GeneratedRegex("""\$\{(\w+):\?""")]
    private static partial Regex Needed();

    [GeneratedRegex("PASSWORD|Secrets|BootstrapKey|ConnectionStrings")]
    private static partial Regex Secret();

    private static Compose Parse(string yaml) =>
        new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).IgnoreUnmatchedProperties().Build()
            .Deserialize<Compose>(new MergingParser(new Parser(new StringReader(yaml))));

    private sealed class Compose
    {
        public Dictionary<string, Config> Configs { get; init; } = [];
        public Dictionary<string, Network> Networks { get; init; } = [];
        public Dictionary<string, Service> Services { get; init; } = [];
    }

    private sealed class Service
    {
        public Build? Build { get; init; }
        public List<string> CapAdd { get; init; } = [];
        public List<string> CapDrop { get; init; } = [];
        public List<string> Command { get; init; } = [];
        public List<MountedConfig> Configs { get; init; } = [];
        public Dictionary<string, Dependency> DependsOn { get; init; } = [];
        public Dictionary<string, string> Deploy { get; init; } = [];
        public Dictionary<string, string> Environment { get; init; } = [];
        public Healthcheck? Healthcheck { get; init; }
        public string? MemLimit { get; init; }
        public Dictionary<string, Attachment> Networks { get; init; } = [];
        public string? PidsLimit { get; init; }
        public List<string> Ports { get; init; } = [];
        public bool Privileged { get; init; }
        public List<string> Profiles { get; init; } = [];
        public bool ReadOnly { get; init; }
        public string? Restart { get; init; }
        public List<string> SecurityOpt { get; init; } = [];
        public List<string> Volumes { get; init; } = [];

        public string? Setting(string name) => Environment.GetValueOrDefault(name);
    }

    private sealed record Attachment
    {
        public string? Ipv4Address { get; init; }
    }

    private sealed record Build
    {
        public string Dockerfile { get; init; } = "Dockerfile";
    }

    private sealed record Config
    {
        public string File { get; init; } = "";
    }

    private sealed record Dependency
    {
        public string Condition { get; init; } = "";
    }

    private sealed record Healthcheck
    {
        public List<string> Test { get; init; } = [];
    }

    private sealed record MountedConfig
    {
        public string Source { get; init; } = "";
        public string Target { get; init; } = "";
    }

    private sealed record Network
    {
        public Ipam Ipam { get; init; } = new();
    }

    private sealed record Ipam
    {
        public List<AddressPool> Config { get; init; } = [];
    }

    private sealed record AddressPool
    {
        public string Subnet { get; init; } = "";
        public string IpRange { get; init; } = "";
    }
}
