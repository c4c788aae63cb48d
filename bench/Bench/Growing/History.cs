using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Sql;

namespace Bench.Growing;

/// <summary>
/// A day that is over: delivered deliveries, each with its attempt, and a finished job with its events and a callback for every ten of them. They
/// are copies of rows that the product wrote, to the same receivers; only the ids differ, and these are in the order of time, as real ones are.
/// </summary>
internal sealed class History(IServiceProvider services)
{
    public const int PerJob = 10;

    private const int Step = 1_000_000;
    private const int Day = 24 * 60 * 60 * 1000;
    private const int Largest = 100_000_000;

    private readonly Database _database = services.GetRequiredService<Database>();
    private readonly long _began = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds() - Day;
    private int _rows;
    private int _patterns;

    /// <summary>Keeps what was delivered so far as the pattern of all that comes.</summary>
    public async Task LearnAsync()
    {
        await using var db = _database.CreateContext();
        await db.Database.ExecuteSqlRawAsync(
            "CREATE TABLE OldDeliveries AS SELECT ROW_NUMBER() OVER (ORDER BY d.Id) - 1 AS Pattern, d.* FROM Deliveries AS d WHERE d.Status = 1");
        await db.Database.ExecuteSqlRawAsync("CREATE UNIQUE INDEX IX_Old ON OldDeliveries (Pattern)");
        foreach (var (table, key, id) in new[] { ("Attempts", "DeliveryId", "Id"), ("Jobs", "Id", "JobId"), ("Callbacks", "JobId", "JobId"), ("JobEvents", "JobId", "JobId") })
        {
            var sql = $"CREATE TABLE Old{table} AS SELECT t.* FROM {table} AS t WHERE t.{key} = (SELECT o.{id} FROM OldDeliveries AS o WHERE o.Pattern = 0)";
            await db.Database.ExecuteSqlRawAsync(sql);
        }
        _patterns = await db.Deliveries.CountAsync(d => d.Status == DeliveryStatus.Delivered);
    }

    /// <summary>Adds rows until there are so many deliveries, in steps that each are one transaction per table.</summary>
    public async Task GrowAsync(int rows)
    {
        await using var db = _database.CreateContext();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));
        var postgreSql = db.Database.IsNpgsql();
        for (; _rows < rows; _rows = Math.Min(_rows + Step, rows))
        {
            var (first, last) = (_rows, Math.Min(_rows + Step, rows) - 1);
            await CopyAsync<Delivery>("Deliveries", first, last, $"AND o.Pattern = n.i % {_patterns}", ("Id", "n.i"), ("JobId", $"n.i / {PerJob}"), ("CallbackId", $"n.i / {PerJob}"));
            await CopyAsync<Attempt>("Attempts", first, last, "", ("DeliveryId", "n.i"));
            await CopyAsync<Job>("Jobs", first / PerJob, last / PerJob, "", ("Id", "n.i"));
            await CopyAsync<Callback>("Callbacks", first / PerJob, last / PerJob, "", ("Id", "n.i"), ("JobId", "n.i"));
            await CopyAsync<JobEvent>("JobEvents", first / PerJob, last / PerJob, "", ("JobId", "n.i"));
        }
        foreach (var tidy in postgreSql ? (string[])["VACUUM ANALYZE", "CHECKPOINT"] : ["PRAGMA wal_checkpoint(TRUNCATE)"])
            await db.Database.ExecuteSqlRawAsync(tidy);

        async Task CopyAsync<T>(string table, int from, int to, string pattern, params (string Column, string Number)[] ids)
        {
            var others = db.Model.FindEntityType(typeof(T))!.GetProperties().Select(p => p.Name).Where(name => ids.All(id => id.Column != name)).ToList();
            var each = typeof(T) == typeof(Delivery) || typeof(T) == typeof(Attempt) ? 1 : PerJob;
            var numbers = postgreSql
                ? $"generate_series({from}, {to}) AS n(i)"
                : $"(WITH RECURSIVE s(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM s WHERE i < {to}) SELECT i FROM s) AS n";
            var sql = $"INSERT INTO {table} ({string.Join(", ", ids.Select(id => id.Column).Concat(others))}) "
                + $"SELECT {string.Join(", ", ids.Select(id => IdOf(id.Number, id.Column is "Id" or "DeliveryId" ? each : PerJob)).Concat(others.Select(o => $"o.{o}")))} "
                + $"FROM {numbers} CROSS JOIN Old{table} AS o WHERE 1 = 1 {pattern}";
            await db.Database.ExecuteSqlRawAsync(sql);
        }

        string IdOf(string number, int each)
        {
            var time = string.Create(CultureInfo.InvariantCulture, $"{_began} + CAST({number} AS bigint) * {each} * {Day} / {Largest}");
            return postgreSql
                ? $"CAST(LPAD(TO_HEX({time}), 12, '0') || '7' || LPAD(TO_HEX({number}), 19, '0') AS uuid)"
                : $"UNHEX(PRINTF('%012x7%019x', {time}, {number}))";
        }
    }
}
