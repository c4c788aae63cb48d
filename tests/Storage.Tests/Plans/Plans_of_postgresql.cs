using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Storage.Deliveries;
using Storage.PostgreSql;
using Storage.Sql;
using Storage.Tests.Databases;
using Storage.Tests.Statements;

namespace Storage.Tests.Plans;

/// <summary>Whether a statement is planned for the values it is run with, or once for all, PostgreSQL decides: both plans must do.</summary>
public sealed partial class Plans_of_postgresql
{
    private readonly PostgreSqlDialect _dialect = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Never_scan_a_large_table()
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        await Crowd.GatherAsync(storage);
        await using var db = storage.Database.CreateContext();
        await db.Database.OpenConnectionAsync(_stop);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var samples = await Samples.ReadAsync(connection, _stop);

        var scans = new List<string>();
        foreach (var (name, statement) in Catalogue.All)
            foreach (var mode in new[] { "force_custom_plan", "force_generic_plan" })
            {
                var plan = await PlanAsync(connection, mode, statement, samples);
                if (LargeScan().Match(plan) is { Success: true } scan)
                    scans.Add($"{name}, {mode}: {scan.Value}\n{plan}\n");
            }

        Assert.True(scans.Count == 0, string.Join('\n', scans));
    }

    [Fact]
    public async Task Of_lists_of_deliveries_go_by_an_index_whatever_they_are_filtered_by()
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        await Crowd.GatherAsync(storage);
        await using var db = storage.Database.CreateContext();
        await db.Database.OpenConnectionAsync(_stop);
        var small = await db.Deliveries.GroupBy(d => d.TenantId).OrderBy(tenant => tenant.Count()).Select(tenant => tenant.Key).FirstAsync(_stop);
        var any = await db.Deliveries.AsNoTracking().Where(d => d.TenantId == small && d.Status == DeliveryStatus.Parked).OrderByDescending(d => d.Id)
            .FirstAsync(_stop);
        var all = new DeliveryFilter(null, null, null, null, null, null, null, null, 50);
        DeliveryFilter[] filters =
        [
            all, all with { Status = DeliveryStatus.Pending }, all with { Status = DeliveryStatus.Parked }, all with { Status = DeliveryStatus.Delivered },
            all with { JobId = any.JobId }, all with { ReceiverId = any.ReceiverId }, all with { ReceiverId = any.ReceiverId, Status = DeliveryStatus.Parked },
            all with { Reason = "gone" }, all with { Reason = "gone", Status = DeliveryStatus.Parked }, all with { Before = any.Id },
            all with { CreatedAfter = any.CreatedAt, CreatedBefore = any.CreatedAt.AddSeconds(1) },
        ];

        foreach (var filter in filters)
        {
            await using var command = DeliveryStore.Page(db, any.TenantId, filter, filter.ReceiverId is { } lane ? [lane] : null).CreateDbCommand();
            command.CommandText = $"EXPLAIN {command.CommandText}";
            await using var reader = await command.ExecuteReaderAsync(_stop);
            var lines = new List<string>();
            while (await reader.ReadAsync(_stop))
                lines.Add(reader.GetString(0));
            var scans = lines.Index().Where(line => line.Item.Contains("Scan", StringComparison.Ordinal) && line.Item.Contains(" deliveries", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(scans);
            Assert.All(scans, scan => Assert.True(
                lines[scan.Index + 1].Contains("Index Cond", StringComparison.Ordinal) || scan.Item.Contains("Bitmap Heap", StringComparison.Ordinal),
                $"{filter}\n{string.Join('\n', lines)}"));
        }
    }

    [Fact]
    public async Task Of_attempts_that_end_compare_none_with_the_whole_page_though_statistics_know_of_no_unfinished_one()
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        await Crowd.GatherAsync(storage);
        await using var db = storage.Database.CreateContext();
        await db.Database.OpenConnectionAsync(_stop);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await ExecuteAsync(
            connection,
            "INSERT INTO Attempts (DeliveryId, Number, Round, StartedAt, FinishedAt, Engine) SELECT gen_random_uuid(), 1, 1, 1, 2, 'one' FROM generate_series(1, 20000)");
        await ExecuteAsync(connection, "DELETE FROM Attempts WHERE Attempts.FinishedAt IS NULL");
        await ExecuteAsync(connection, "ANALYZE Attempts");
        var statement = Catalogue.All.Single(s => s.Name == "Settlements.FinishAttempts").Statement;
        var samples = await Samples.ReadAsync(connection, _stop);

        var plan = await PlanAsync(connection, "force_custom_plan", statement, name =>
        {
            var type = samples.Of(name, statement).Type;
            return (type, $"array_fill(CAST(NULL AS {type[..^2]}), ARRAY[1500])");
        });

        Assert.DoesNotContain("Join Filter", plan, StringComparison.Ordinal);
    }

    private Task<string> PlanAsync(NpgsqlConnection connection, string mode, Statement statement, Samples samples) =>
        PlanAsync(connection, mode, statement, name => samples.Of(name, statement));

    private async Task<string> PlanAsync(NpgsqlConnection connection, string mode, Statement statement, Func<string, (string Type, string Literal)> valueOf)
    {
        await using var transaction = await connection.BeginTransactionAsync(_stop);
        await ExecuteAsync(connection, $"SET LOCAL plan_cache_mode = {mode}");
        var sql = statement.For(_dialect);
        var names = Parameters.In(sql).ToList();
        for (var i = 0; i < names.Count; i++)
            sql = Regex.Replace(sql, $@"{names[i]}\b", $"${i + 1}");
        var values = names.ConvertAll(name => valueOf(name));
        var types = names.Count == 0 ? "" : $"({string.Join(", ", values.Select(v => v.Type))})";
        var literals = names.Count == 0 ? "" : $"({string.Join(", ", values.Select(v => v.Literal))})";
        await ExecuteAsync(connection, $"PREPARE asked{types} AS {sql}");
        await using var command = new NpgsqlCommand($"EXPLAIN EXECUTE asked{literals}", connection);
        await using var reader = await command.ExecuteReaderAsync(_stop);
        var lines = new List<string>();
        while (await reader.ReadAsync(_stop))
            lines.Add(reader.GetString(0));
        await reader.DisposeAsync();
        await ExecuteAsync(connection, "DEALLOCATE asked");
        return string.Join('\n', [.. lines, ""]);
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using DbCommand command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(_stop);
    }

    /// <summary>A whole table, or an index from its one end to the other, unless the index holds only what runs now.</summary>
    [GeneratedRegex(@"(Seq Scan on|Index (Only )?Scan using (?!""IX_Jobs_(Leased|Running)"")\S+ on) (jobs|jobevents|deliveries|attempts|callbacks|receivers|replays)\b.*(?!\n +Index Cond)\n")]
    private static partial Regex LargeScan();
}
