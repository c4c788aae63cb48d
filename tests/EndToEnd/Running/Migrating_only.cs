using Fixtures;

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
        await using var connection = new Npgsql.NpgsqlConnection(settings["ConnectionStrings__Webhooks"]);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("SELECT COUNT(*) FROM tenants", connection);
        Assert.Equal(0L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private static string Complaints(RunningProgram program) => program.Output.Contains("Unhandled", StringComparison.Ordinal) ? program.Output : "";
}
