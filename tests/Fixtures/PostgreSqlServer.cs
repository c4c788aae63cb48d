using System.Collections.Concurrent;
using Npgsql;

namespace Fixtures;

/// <summary>
/// A real PostgreSQL for tests: the one named by the environment variable <c>ConnectionStrings__PostgreSqlTests</c>,
/// else a cluster of this process's own that lives as long as the process does.
/// </summary>
public sealed class PostgreSqlServer
{
    private const string Setting = "ConnectionStrings__PostgreSqlTests";
    private static readonly Lazy<Task<PostgreSqlServer>> shared = new(() => Task.Run(StartAsync));

    // Kept for the shared one: when it is collected, its server stops.
    private readonly PostgreSqlCluster? cluster;
    private readonly string administration;
    private readonly ConcurrentBag<string> created = [];

    private PostgreSqlServer(string administration, PostgreSqlCluster? cluster = null) => (this.administration, this.cluster) = (administration, cluster);

    /// <summary>The server shared by all tests of this process; the first caller starts it.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed or does not start; the message says what to do.</exception>
    public static Task<PostgreSqlServer> SharedAsync() => shared.Value;

    /// <summary>Creates an empty database and returns an Npgsql connection string for it.</summary>
    /// <param name="name">What the database is for. A suffix makes it unique, so the same name may be used again.</param>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        // PostgreSQL silently cuts names at 63 bytes, which would cut the suffix.
        var database = $"{name[..Math.Min(name.Length, 46)]}_{Random.Shared.NextInt64():x16}";
        await ExecuteAsync($"CREATE DATABASE {Quoted(database)}");
        created.Add(database);

        return new NpgsqlConnectionStringBuilder(administration)
        {
            Database = database,
            Pooling = true,
            IncludeErrorDetail = true,
            // Each database has a pool of its own: idle connections of finished tests must not use up the server's.
            ConnectionIdleLifetime = 5,
            ConnectionPruningInterval = 1,
        }.ConnectionString;
    }

    private static async Task<PostgreSqlServer> StartAsync()
    {
        var given = Environment.GetEnvironmentVariable(Setting);
        if (string.IsNullOrWhiteSpace(given))
        {
            var cluster = await PostgreSqlCluster.StartAsync();
            return new(cluster.ConnectionString, cluster);
        }

        var server = new PostgreSqlServer(given);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DropWhatWasCreated();
        return server;
    }

    private void DropWhatWasCreated()
    {
        foreach (var database in created)
            ExecuteAsync($"DROP DATABASE IF EXISTS {Quoted(database)} WITH (FORCE)").GetAwaiter().GetResult();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(administration) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Quoted(string identifier) => new NpgsqlCommandBuilder().QuoteIdentifier(identifier);
}
