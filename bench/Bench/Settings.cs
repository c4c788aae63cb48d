using Fixtures;

namespace Bench;

/// <summary>A fresh database of one kind, and the configuration that names it.</summary>
internal sealed class Settings(Dictionary<string, string?> values, TemporaryFolder folder) : IDisposable
{
    public IReadOnlyDictionary<string, string?> Values => values;

    public static async Task<Settings> FreshAsync(string provider)
    {
        var folder = new TemporaryFolder();
        var connection = provider == "PostgreSql"
            ? await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("bench")
            : $"Data Source={folder.File("bench.db")}";
        return new Settings(
            new()
            {
                ["Storage:Provider"] = provider,
                ["ConnectionStrings:Webhooks"] = connection,
                ["Security:KeyRing"] = folder.File("keys"),
                ["Egress:Allow:0"] = "127.0.0.0/8",
                ["Logging:LogLevel:Default"] = "Warning",
                ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
                ["Api:StreamsPerKey"] = "100000",
                ["Api:Streams"] = "100000",
                ["Security:BootstrapKey"] = "bench-key-0123456789-0123456789",
            },
            folder);
    }

    public void Dispose() => folder.Dispose();
}
