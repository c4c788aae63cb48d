using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

/// <summary>A part of a YAML document, asked by path. What is not there is empty.</summary>
internal sealed record Yaml(YamlNode? Node)
{
    public Yaml this[params string[] path] => path.Aggregate(this, (part, name) => part.Member(name));

    public string Text => (Node as YamlScalarNode)?.Value ?? "";

    public bool IsThere => Node is not null;

    public IReadOnlyList<Yaml> Items => [.. (Node as YamlSequenceNode ?? []).Select(item => new Yaml(item))];

    public IReadOnlyList<string> Texts => [.. Items.Select(item => item.Text)];

    public IReadOnlyDictionary<string, Yaml> Members =>
        (Node as YamlMappingNode ?? []).ToDictionary(member => ((YamlScalarNode)member.Key).Value!, member => new Yaml(member.Value));

    /// <summary>The documents of the files right in this folder, which is what <c>kubectl apply -f</c> takes of it.</summary>
    public static IReadOnlyList<Yaml> In(string folder) => [.. Directory.GetFiles(PathOf(folder), "*.yaml").Order().SelectMany(Of)];

    public static IReadOnlyList<Yaml> Of(string file)
    {
        using var text = File.OpenText(PathOf(file));
        var stream = new YamlStream();
        stream.Load(new MergingParser(new Parser(text)));
        return [.. stream.Documents.Select(document => new Yaml(document.RootNode))];
    }

    private Yaml Member(string name) =>
        new((Node as YamlMappingNode)?.Children.TryGetValue(new YamlScalarNode(name), out var value) == true ? value : null);
}
