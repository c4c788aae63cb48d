using Fixtures;
using Npgsql;

namespace EndToEnd.Running;

public sealed class Migrating_only
{
    [Theory(Timeout = 120_000), InlineData("JobApi"), InlineData("DeliveryEngine")]
    public async Task brings_the_schema_up_to_date_and_exits_with_zero(string program)
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string>
        {
            ["Storage__Provider"] = "PostgreSql",
            ["ConnectionStrings__Webhooks"] = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("migrated"),
        };

        await using var migrating = RunningProgram.Start(program, settings, folder.Path, "--migrate-only", "--urls", "http://127.0.0.1:0");
        Assert.Equal((0, ""), (await migrating.ExitAsync(TestContext.Current.CancellationToken), Complaints(migrating)));

        // A second one finds nothing to do.
        await using var again = RunningProgram.Start(program, settings, folder.Path, "--migrate-only");
        Assert.Equal((0, ""), (await again.ExitAsync(TestContext.Current.CancellationToken), Complaints(again)));
        Assert.Equal(0L, await ExecuteAsync(new(settings["ConnectionStrings__Webhooks"]), "SELECT COUNT(*) FROM tenants"));
    }

    [Fact(Timeout = 120_000)]
    public async Task creates_a_database_that_is_not_there()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var connection = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("created");
        var name = new NpgsqlConnectionStringBuilder(connection).Database;
        await ExecuteAsync(new(connection) { Database = "postgres", Pooling = false }, $"DROP DATABASE {name}");
        var settings = new Dictionary<string, string> { ["Storage__Provider"] = "PostgreSql", ["ConnectionStrings__Webhooks"] = connection };

        await using var one = RunningProgram.Start("JobApi", settings, folder.Path, "--migrate-only");
        await using var other = RunningProgram.Start("DeliveryEngine", settings, folder.Path, "--migrate-only");

        Assert.Equal(0, await one.ExitAsync(stop)); // one of them may complain that the other was first
        Assert.Equal(0, await other.ExitAsync(stop));
        Assert.Equal(0L, await ExecuteAsync(new(connection), "SELECT COUNT(*) FROM tenants"));
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnectionStringBuilder connection, string sql)
    {
        await using var opened = new NpgsqlConnection(connection.ConnectionString);
        await opened.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, opened);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What it says that would worry an operator.</summary>
    private static string Complaints(RunningProgram program) =>
        program.Output.Contains("Unhandled", StringComparison.Ordinal) || program.Output.Contains("fail:", StringComparison.Ordinal) ? program.Output : "";
}
