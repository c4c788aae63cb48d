namespace EndToEnd.Layout;

/// <summary>What <c>deploy/kubernetes</c> holds.</summary>
internal static class Manifests
{
    public static readonly IReadOnlyList<Yaml> Applied = Yaml.In("deploy/kubernetes");

    public static readonly IReadOnlyList<Yaml> Examples = Yaml.In("deploy/kubernetes/examples");

    public static Yaml The(string kind, string name) => Assert.Single(Applied, d => d["kind"].Text == kind && d["metadata", "name"].Text == name);

    public static Yaml Example(string kind) => Assert.Single(Examples, d => d["kind"].Text == kind);

    /// <summary>The template of a workload's pods.</summary>
    public static Yaml Template(string workload) =>
        Assert.Single(Applied, d => d["metadata", "name"].Text == workload && d["spec", "template"].IsThere)["spec", "template"];

    public static Yaml Container(string workload) => Assert.Single(Template(workload)["spec", "containers"].Items);

    public static IReadOnlyList<Yaml> Volumes(string workload) => Template(workload)["spec", "volumes"].Items;

    /// <summary>Whether a selector is for the pods of this workload.</summary>
    public static bool IsFor(this Yaml selector, string workload)
    {
        var labels = Template(workload)["metadata", "labels"];
        return selector.Members.Count > 0 && selector.Members.All(label => labels[label.Key].Text == label.Value.Text);
    }

    public static string Configured(string setting) => The("ConfigMap", "webhooks")["data", setting].Text;
}
