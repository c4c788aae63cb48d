using System.Globalization;
using System.Text.RegularExpressions;
using static EndToEnd.Layout.Manifests;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

public partial class The_manifests
{
    private const string Api = "webhooks-api", Engine = "webhooks-engine", Migration = "webhooks-migrate";

    [Fact]
    public void bring_everything_but_the_database_a_secret_and_a_way_in()
    {
        string[] all =
        [
            "ConfigMap webhooks", "Deployment webhooks-api", "Deployment webhooks-engine",
            "HorizontalPodAutoscaler webhooks-api", "HorizontalPodAutoscaler webhooks-engine", "Job webhooks-migrate",
            "NetworkPolicy webhooks-api-ingress", "NetworkPolicy webhooks-egress", "NetworkPolicy webhooks-engine-ingress",
            "PersistentVolumeClaim webhooks-keys", "PersistentVolumeClaim webhooks-results",
            "PodDisruptionBudget webhooks-api", "PodDisruptionBudget webhooks-engine", "Service webhooks-api",
        ];

        Assert.Equal(all, Applied.Select(d => $"{d["kind"].Text} {d["metadata", "name"].Text}").Order(StringComparer.Ordinal));
        Assert.Equal(["Ingress", "Secret"], Examples.Select(d => d["kind"].Text).Order());
        Assert.All([.. Applied, .. Examples], d => Assert.False(d["metadata", "namespace"].IsThere));
    }

    [Theory, InlineData(Api), InlineData(Engine), InlineData(Migration)]
    public void lock_every_container_down(string workload)
    {
        var (pod, container) = (Template(workload)["spec"], Container(workload));

        Assert.Equal("true", pod["securityContext", "runAsNonRoot"].Text);
        Assert.Equal("RuntimeDefault", pod["securityContext", "seccompProfile", "type"].Text);
        Assert.Equal("false", pod["automountServiceAccountToken"].Text);
        Assert.All(["hostNetwork", "hostPID", "hostIPC", "initContainers"], name => Assert.False(pod[name].IsThere));
        Assert.All(Volumes(workload), volume => Assert.False(volume["hostPath"].IsThere));

        var security = container["securityContext"];
        Assert.Equal("true", security["readOnlyRootFilesystem"].Text);
        Assert.Equal("false", security["allowPrivilegeEscalation"].Text);
        Assert.Equal(["ALL"], security["capabilities", "drop"].Texts);
        Assert.Equal(["allowPrivilegeEscalation", "capabilities", "readOnlyRootFilesystem"], security.Members.Keys.Order());
        Assert.Equal(["drop"], security["capabilities"].Members.Keys);
        Assert.All(["requests", "limits"], bound => Assert.Equal(["cpu", "memory"], container["resources", bound].Members.Keys.Order()));
    }

    [Theory, InlineData(Api, 2), InlineData(Engine, 3)]
    public void start_several_and_grow_and_shrink_without_an_interruption(string workload, int replicas)
    {
        var spec = The("Deployment", workload)["spec"];
        Assert.Equal(replicas, Number(spec["replicas"]));
        Assert.Equal(0, Number(spec["strategy", "rollingUpdate", "maxUnavailable"]));
        Assert.True(spec["selector", "matchLabels"].IsFor(workload));

        var growth = The("HorizontalPodAutoscaler", workload)["spec"];
        Assert.Equal($"Deployment {workload}", $"{growth["scaleTargetRef", "kind"].Text} {growth["scaleTargetRef", "name"].Text}");
        Assert.Equal(replicas, Number(growth["minReplicas"]));
        Assert.True(Number(growth["maxReplicas"]) > replicas);

        var budget = The("PodDisruptionBudget", workload)["spec"];
        Assert.Equal(1, Number(budget["maxUnavailable"]));
        Assert.True(budget["selector", "matchLabels"].IsFor(workload));
    }

    [Theory, InlineData(Api), InlineData(Engine)]
    public void ask_whether_a_process_lives_and_whether_it_can_serve(string workload)
    {
        var container = Container(workload);
        var port = Assert.Single(container["ports"].Items);

        Assert.Equal("http 8080", $"{port["name"].Text} {port["containerPort"].Text}"); // the port that the base image sets
        Assert.Equal("/health/live http", Asked("startupProbe"));
        Assert.Equal("/health/live http", Asked("livenessProbe"));
        Assert.Equal("/health/ready http", Asked("readinessProbe"));
        Assert.True(Number(container["readinessProbe", "timeoutSeconds"]) > 5); // what the answer itself may wait for the database

        string Asked(string probe) => $"{container[probe, "httpGet", "path"].Text} {container[probe, "httpGet", "port"].Text}";
    }

    [Theory, InlineData(Api, 40), InlineData(Engine, 60)]
    public void leave_a_process_more_time_to_stop_than_it_takes_for_itself(string workload, int seconds) =>
        Assert.True(
            Number(Template(workload)["spec", "terminationGracePeriodSeconds"])
            > Number(Container(workload)["lifecycle", "preStop", "sleep", "seconds"]) + seconds);

    [Theory, InlineData(Api, "webhooks-keys"), InlineData(Api, "webhooks-results"), InlineData(Engine, "webhooks-keys")]
    public void share_what_all_processes_have_to_see(string workload, string claim)
    {
        var folder = claim == "webhooks-keys" ? Configured("Security__KeyRing") : Environment(workload, "Results__Folder")["value"].Text;
        var mount = Assert.Single(Container(workload)["volumeMounts"].Items, m => m["mountPath"].Text == folder);
        var volume = Assert.Single(Volumes(workload), v => v["name"].Text == mount["name"].Text);

        Assert.Equal(claim, volume["persistentVolumeClaim", "claimName"].Text);
        Assert.Equal(["ReadWriteMany"], The("PersistentVolumeClaim", claim)["spec", "accessModes"].Texts);
    }

    [Fact]
    public void migrate_once_with_the_image_of_the_new_version()
    {
        Assert.Equal(["--migrate-only"], Container(Migration)["args"].Texts);
        Assert.Equal(Container(Api)["image"].Text, Container(Migration)["image"].Text);
        Assert.Equal("Never", Template(Migration)["spec", "restartPolicy"].Text);
        Assert.Equal("false", Environment(Api, "Engine__Embedded")["value"].Text);
    }

    [Fact]
    public void hold_no_secret_and_an_example_that_starts_nothing()
    {
        var secret = Example("Secret");
        var asked = new[] { Api, Engine, Migration }.SelectMany(w => Container(w)["env"].Items).Where(e => IsSecret(e["name"].Text)).ToArray();

        Assert.DoesNotContain(The("ConfigMap", "webhooks")["data"].Members.Keys, IsSecret);
        Assert.Equal(secret["stringData"].Members.Keys.Order(), asked.Select(e => e["name"].Text).Distinct().Order());
        Assert.All(asked, e => Assert.Equal(
            $"{secret["metadata", "name"].Text} {e["name"].Text}",
            $"{e["valueFrom", "secretKeyRef", "name"].Text} {e["valueFrom", "secretKeyRef", "key"].Text}"));
        Assert.InRange(secret["stringData", "Security__BootstrapKey"].Text.Length, 1, 23); // shorter than one may be, and not empty: then one would be printed
    }

    [Fact]
    public void lead_from_the_ingress_to_the_api()
    {
        var service = The("Service", Api)["spec"];
        var backend = Example("Ingress")["spec", "rules"].Items.Single()["http", "paths"].Items.Single()["backend", "service"];

        Assert.True(service["selector"].IsFor(Api));
        Assert.False(service["selector"].IsFor(Engine));
        Assert.Equal("http http", $"{service["ports"].Items.Single()["name"].Text} {service["ports"].Items.Single()["targetPort"].Text}");
        Assert.Equal($"{Api} http", $"{backend["name"].Text} {backend["port", "name"].Text}");
    }

    // Another wall than the address guard, of the same shape: what is missing in one of them is missing in the other.
    [Fact]
    public void let_nobody_send_to_what_the_address_guard_refuses()
    {
        var policy = The("NetworkPolicy", "webhooks-egress")["spec"];
        Assert.Equal(["Egress"], policy["policyTypes"].Texts);
        Assert.All([Api, Engine, Migration], workload => Assert.True(policy["podSelector", "matchLabels"].IsFor(workload)));

        var rules = policy["egress"].Items;
        Assert.Equal(["53", "53", "5432", "443", "8443"], rules.SelectMany(rule => rule["ports"].Items).Select(port => port["port"].Text));
        Assert.All(rules[0]["to"].Items, peer => Assert.True(peer["namespaceSelector"].IsThere && peer["podSelector"].IsThere));
        Assert.EndsWith("/32", Assert.Single(rules[1]["to"].Items)["ipBlock", "cidr"].Text, StringComparison.Ordinal);
        Assert.Equal(3, rules.Count);

        var open = rules[2]["to"].Items.Select(peer => peer["ipBlock"]).ToArray();
        Assert.Equal(["0.0.0.0/0", "2000::/3"], open.Select(block => block["cidr"].Text));
        var refused = Network().Matches(File.ReadAllText(PathOf("src/Egress/Addresses/AddressTable.cs"))).Select(match => match.Groups[1].Value);
        Assert.Equal(refused.Except(["2000::/3"]).Order(), open.SelectMany(block => block["except"].Texts).Order());
    }

    [Fact]
    public void let_nobody_call_an_engine()
    {
        var policy = The("NetworkPolicy", "webhooks-engine-ingress")["spec"];

        Assert.Equal(["Ingress"], policy["policyTypes"].Texts);
        Assert.True(policy["podSelector", "matchLabels"].IsFor(Engine));
        Assert.False(policy["podSelector", "matchLabels"].IsFor(Api));
        Assert.False(policy["ingress"].IsThere);
    }

    private static Yaml Environment(string workload, string name) => Assert.Single(Container(workload)["env"].Items, e => e["name"].Text == name);

    private static int Number(Yaml value) => int.Parse(value.Text, CultureInfo.InvariantCulture);

    private static bool IsSecret(string setting) => Secret().IsMatch(setting);

    [GeneratedRegex("BootstrapKey|ConnectionStrings")]
    private static partial Regex Secret();

    [GeneratedRegex("\"([0-9a-f.:]+/[0-9]+)\"")]
    private static partial Regex Network();
}
