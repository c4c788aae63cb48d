using Microsoft.Data.SqlClient;

namespace Storage.Tests.Databases;

/// <summary>A database of one test's own on the server that <c>ConnectionStrings__SqlServerTests</c> names.</summary>
internal sealed class SqlServerDatabase : IAsyncDisposable
{
    private static readonly string? Server = Environment.GetEnvironmentVariable("ConnectionStrings__SqlServerTests");

    private readonly string _name = $"storage_{Random.Shared.NextInt64():x16}";

    public static bool IsConfigured => !string.IsNullOrWhiteSpace(Server);

    public string ConnectionString => new SqlConnectionStringBuilder(Server) { InitialCatalog = _name }.ConnectionString;

    public static async Task<SqlServerDatabase> CreateAsync()
    {
        var database = new SqlServerDatabase();
        await ExecuteAsync($"CREATE DATABASE [{database._name}]");
        return database;
    }

    public async ValueTask DisposeAsync() =>
        await ExecuteAsync($"ALTER DATABASE [{_name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE [{_name}]");

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqlConnection(new SqlConnectionStringBuilder(Server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new SqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
