using System.Text.Json;
using Fixtures;
using JobApi.Tests.Handlers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace JobApi.Tests.Streams;

public sealed class A_flood_of_outputs
{
    private const int Count = 1000;

    [Fact]
    public async Task that_nobody_waits_for_one_by_one_is_written_in_order_in_few_transactions_and_reaches_a_reader()
    {
        var connectionString = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("flood");
        var (started, said, script) = (new TaskCompletionSource(), new TaskCompletionSource(), new Script());
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        script.Does(async context =>
        {
            started.SetResult();
            await go.Task;
            var outputs = Enumerable.Range(1, Count).Select(number => context.OutputAsync(new { number })).ToList();
            said.SetResult();
            await Task.WhenAll(outputs);
            return null;
        });
        await using var service = await Service.StartAsync(
            services => services.AddSingleton(script).AddJobHandler<ScriptedHandler>("scripted"),
            ("Storage:Provider", "PostgreSql"), ("ConnectionStrings:Webhooks", connectionString));
        var id = await service.SubmitAsync("""{"type":"scripted"}""");
        using var stream = await Frames.OpenAsync(service, $"/jobs/{id}/events");
        await service.BeatAsync();
        await started.Task;

        // While somebody else holds the job's row the first commit waits, and the others gather: what follows does not depend on speed.
        await using (var connection = await OpenAsync(connectionString))
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await AskAsync(connection, "SELECT count(*) FROM (SELECT 1 FROM jobs FOR UPDATE) AS held");
            go.SetResult();
            await said.Task;
        }
        await service.DrainAsync();

        var frames = await stream.RestAsync();
        var numbers = frames.Where(f => f.Event == "job.output")
            .Select(f => JsonDocument.Parse(f.Data!).RootElement.GetProperty("data").GetProperty("output").GetProperty("number").GetInt32());
        Assert.Equal(Enumerable.Range(1, Count), numbers);
        Assert.Equal(Enumerable.Range(1, Count + 3).Select(n => $"{n}"), frames.Select(f => f.Id));
        await using var reading = await OpenAsync(connectionString);
        Assert.InRange(await AskAsync(reading, "SELECT count(DISTINCT xmin::text) FROM jobevents WHERE type = 3"), 1, 20);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task<long> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
