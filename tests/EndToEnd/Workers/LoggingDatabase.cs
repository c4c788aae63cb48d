using System.Data.Common;
using System.Text.Json;
using Fixtures;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace EndToEnd.Workers;

/// <summary>An event, and its place in the order of commits: a number that grows from one commit to the next.</summary>
internal sealed record Logged(long CommittedAt, string Job, string Type);

/// <summary>
/// A database that can say in which order its transactions were committed. The events' own times can't: a claim takes its time before it
/// waits for the limit, and may start after what was committed meanwhile.
/// </summary>
internal abstract class LoggingDatabase : IAsyncDisposable
{
    private LoggingDatabase() { }

    /// <summary>The settings of each process of the service.</summary>
    public abstract IReadOnlyList<Dictionary<string, string>> Processes { get; }

    /// <summary>A query for place and body of every event.</summary>
    protected abstract string Query { get; }

    public static Task<LoggingDatabase> SqliteAsync(TemporaryFolder folder) => Task.FromResult<LoggingDatabase>(new Sqlite(folder.File("service.db")));

    public static async Task<LoggingDatabase> PostgreSqlAsync(int processes) =>
        new PostgreSql(await PostgreSqlCluster.StartAsync(settings: "track_commit_timestamp=on"), processes);

    public async Task<IReadOnlyList<Logged>> ReadAsync(CancellationToken stop)
    {
        var history = new List<Logged>();
        await using var connection = Connect();
        await connection.OpenAsync(stop);
        await using var command = connection.CreateCommand();
        command.CommandText = Query;
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            using var body = JsonDocument.Parse((byte[])reader.GetValue(1));
            history.Add(new(reader.GetInt64(0), body.RootElement.GetProperty("data").GetProperty("job_id").GetString()!, body.RootElement.GetProperty("type").GetString()!));
        }
        return history;
    }

    public abstract ValueTask DisposeAsync();

    protected abstract DbConnection Connect();

    /// <summary>Transactions write one by one, and each row's number is one more than the one before.</summary>
    private sealed class Sqlite(string file) : LoggingDatabase
    {
        public override IReadOnlyList<Dictionary<string, string>> Processes => [new() { ["ConnectionStrings__Webhooks"] = $"Data Source={file}" }];

        protected override string Query => "SELECT rowid, Body FROM JobEvents";

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override DbConnection Connect() => new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
    }

    /// <summary>
    /// The server keeps the time of each commit, in microseconds. It is taken before others can see what was committed, so whoever has seen it commits later.
    /// </summary>
    private sealed class PostgreSql(PostgreSqlCluster cluster, int processes) : LoggingDatabase
    {
        public override IReadOnlyList<Dictionary<string, string>> Processes { get; } =
        [
            .. Enumerable.Range(0, processes).Select(_ => new Dictionary<string, string>
            {
                ["Storage__Provider"] = "PostgreSql", ["ConnectionStrings__Webhooks"] = cluster.ConnectionString,
            }),
        ];

        protected override string Query =>
            "SELECT CAST(extract(epoch FROM pg_xact_commit_timestamp(e.xmin)) * 1000000 AS bigint), e.body FROM jobevents AS e";

        public override ValueTask DisposeAsync() => cluster.DisposeAsync();

        protected override DbConnection Connect() => new NpgsqlConnection(cluster.ConnectionString + ";Pooling=False");
    }
}
