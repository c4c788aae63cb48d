using System.Data.Common;
using Fixtures;
using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Starting;

/// <summary>
/// Databases as the first release left them, in <c>Initial/</c>: jobs in every state, deliveries delivered, parked, canceled and still owed. They
/// were written by that release and are never made anew.
/// </summary>
public sealed class An_upgrade
{
    [Theory, InlineData(On.Sqlite), InlineData(On.PostgreSql)]
    public async Task Keeps_every_value_of_every_row(On database)
    {
        await using var storage = await FromTheFirstReleaseAsync(database);
        var before = await Picture.ReadAsync(storage);
        Assert.All(["jobs", "jobevents", "callbacks", "deliveries", "attempts", "receivers", "apikeys", "tenants"], table => Assert.NotEmpty(before.Rows[table]));

        await storage.Database.MigrateAsync(storage.Stop);

        var after = await Picture.ReadAsync(storage, before.Columns);
        foreach (var (table, rows) in before.Rows.Where(t => t.Key != "__efmigrationshistory"))
            Assert.Equal(rows, after.Rows[table]);
    }

    /// <summary>While a deploy rolls, the previous version goes on writing rows that know nothing of the new columns.</summary>
    [Theory, InlineData(On.Sqlite), InlineData(On.PostgreSql)]
    public async Task Asks_nothing_of_writers_that_do_not_know_it(On database)
    {
        await using var storage = await FromTheFirstReleaseAsync(database);
        var before = await Picture.ReadAsync(storage);

        await storage.Database.MigrateAsync(storage.Stop);

        foreach (var (table, columns) in before.Columns.Where(t => t.Key != "__efmigrationshistory"))
        {
            await storage.ExecuteAsync($"CREATE TABLE kept AS SELECT {string.Join(", ", columns)} FROM {table}");
            await storage.ExecuteAsync($"DELETE FROM {table}");
            await storage.ExecuteAsync($"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", columns)} FROM kept");
            await storage.ExecuteAsync("DROP TABLE kept");
        }
        Assert.Equal(before.Rows["jobs"], (await Picture.ReadAsync(storage, before.Columns)).Rows["jobs"]);
    }

    [Theory, InlineData(On.Sqlite), InlineData(On.PostgreSql)]
    public async Task Leaves_work_that_goes_on(On database)
    {
        await using var storage = await FromTheFirstReleaseAsync(database);
        await storage.Database.MigrateAsync(storage.Stop);
        storage.Clock.SetUtcNow(new(2035, 1, 2, 0, 0, 0, TimeSpan.Zero));

        var claimed = await storage.ClaimAsync(max: 10, type: "report.make");
        Assert.Equal(2, claimed.Count);
        foreach (var job in claimed)
            Assert.Equal(Change.Made, await storage.SucceedAsync(job.Id));
        Assert.Equal(["job.enqueued", "job.started", "job.succeeded"], await storage.EventTypesAsync(claimed[0].Id));
        Assert.Single(await storage.DeliveriesAsync(claimed[0].Id), d => d.Status == DeliveryStatus.Pending);

        await using var db = storage.Database.CreateContext();
        var parked = await db.Deliveries.AsNoTracking().FirstAsync(d => d.Status == DeliveryStatus.Parked, storage.Stop);
        Assert.Equal(2, (await storage.Deliveries.ReplayAsync(storage.Tenant, parked.Id, storage.Stop))!.Round);
        var due = await storage.Database.WriteAsync(session => ReceiverLeases.ClaimAsync(session, 10, storage.Clock.GetUtcNow(), storage.Stop), storage.Stop);
        Assert.NotEmpty(due);
        Assert.Equal(16, await db.Jobs.CountAsync(storage.Stop));
        await storage.SubmitAsync();
    }

    private static async Task<TestStorage> FromTheFirstReleaseAsync(On database)
    {
        var storage = await TestStorage.OnEmptyAsync(database);
        await storage.ExecuteAsync(await File.ReadAllTextAsync(Repository.PathOf($"tests/Storage.Tests/Starting/Initial/Initial.{database}.sql"), storage.Stop));
        return storage;
    }

    /// <summary>Tables as rows of text, read past the model.</summary>
    private sealed record Picture(IReadOnlyDictionary<string, string[]> Columns, IReadOnlyDictionary<string, List<string>> Rows)
    {
        public static async Task<Picture> ReadAsync(TestStorage storage, IReadOnlyDictionary<string, string[]>? columns = null)
        {
            var (names, rows) = (new Dictionary<string, string[]>(), new Dictionary<string, List<string>>());
            foreach (var table in columns?.Keys ?? await TablesAsync(storage))
                await storage.ReadAsync($"SELECT {(columns is null ? "*" : string.Join(", ", columns[table]))} FROM {Quoted(table)}", reader =>
                {
                    names[table] = [.. Enumerable.Range(0, reader.FieldCount).Select(i => Quoted(reader.GetName(i)))];
                    var all = rows[table] = [];
                    while (reader.Read())
                        all.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
                    all.Sort(StringComparer.Ordinal);
                });
            return new(names, rows);
        }

        private static async Task<List<string>> TablesAsync(TestStorage storage)
        {
            List<string> there = [];
            await storage.ReadAsync(
                storage.Database.WritesOneByOne
                    ? "SELECT name FROM sqlite_master WHERE type = 'table'"
                    : "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
                reader =>
                {
                    while (reader.Read())
                        there.Add(reader.GetString(0).ToLowerInvariant());
                });
            return there;
        }

        // The one table that Entity Framework names, and names in capitals on PostgreSQL.
        private static string Quoted(string name) => name.ToLowerInvariant() switch
        {
            "__efmigrationshistory" => "\"__EFMigrationsHistory\"",
            "migrationid" => "\"MigrationId\"",
            "productversion" => "\"ProductVersion\"",
            var plain => plain,
        };

        private static string Text(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}";
    }
}

file static class Past
{
    public static async Task ExecuteAsync(this TestStorage storage, string sql)
    {
        await using var db = storage.Database.CreateContext();
        await db.Database.OpenConnectionAsync(storage.Stop);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(storage.Stop);
    }

    public static async Task ReadAsync(this TestStorage storage, string sql, Action<DbDataReader> read)
    {
        await using var db = storage.Database.CreateContext();
        await db.Database.OpenConnectionAsync(storage.Stop);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(storage.Stop);
        read(reader);
    }
}
