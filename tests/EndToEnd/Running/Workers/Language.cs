using System.Text.Json;
using Fixtures;

namespace EndToEnd.Running.Workers;

/// <summary>A sample worker as a user starts it, and how it is asked to count the words of a text.</summary>
internal abstract record Language(string Name)
{
    public static IReadOnlyList<Language> All { get; } = [new CSharp(), new Python(), new Bash()];

    /// <summary>Each has a type of its own, so that none does another's jobs.</summary>
    public string Type => $"words.{Name}";

    public abstract (string Program, string[] Arguments) Command { get; }

    public virtual JsonElement Input(string path) => JsonSerializer.SerializeToElement(new { path });

    public virtual int Words(JsonElement result) => result.GetProperty("words").GetInt32();

    private sealed record CSharp() : Language("csharp")
    {
        public override (string, string[]) Command => ("dotnet", [Path.Combine(AppContext.BaseDirectory, "Worker.dll"), Type]);
    }

    private sealed record Python() : Language("python")
    {
        public override (string, string[]) Command => ("python3", [Repository.PathOf("samples/worker-python/worker.py"), Type]);
    }

    /// <summary>Any program does: here the shell's own way to count words.</summary>
    private sealed record Bash() : Language("bash")
    {
        public override (string, string[]) Command =>
            ("bash", [Repository.PathOf("samples/worker-bash/worker.sh"), Type, "sh", "-c", "wc -w < \"$(cat)\""]);

        public override JsonElement Input(string path) => JsonSerializer.SerializeToElement(path);

        public override int Words(JsonElement result) => result.GetInt32();
    }
}
