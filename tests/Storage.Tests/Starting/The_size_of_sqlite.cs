using Microsoft.Data.Sqlite;
using Storage.Jobs;
using Storage.Sqlite;
using Storage.Tests.Databases;

namespace Storage.Tests.Starting;

public sealed class The_size_of_sqlite
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task Stays_as_it_is_while_days_of_jobs_come_and_go()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        var sizes = new List<long>();
        for (var day = 0; day < 10; day++)
        {
            for (var i = 0; i < 60; i++)
                await WorkAsync(storage, 100_000);
            storage.Clock.Advance(TimeSpan.FromDays(1));
            Assert.Equal(60, await storage.Retention.RunAsync(storage.Clock.GetUtcNow() - TimeSpan.FromDays(1), 20, storage.Stop));
            sizes.Add(LengthOf(storage.File));
            Assert.InRange(LengthOf(storage.File + "-wal"), 0, SqliteSettings.LargestLog);
        }

        Assert.InRange(sizes[0], 60 * 100_000 / 2, long.MaxValue);
        Assert.All(sizes[2..], size => Assert.InRange(size, 0, sizes[1] * 11 / 10));
    }

    [Fact]
    public async Task Is_given_back_by_the_log_after_a_long_read()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        await using (var reader = await ReadAsync(storage))
        {
            while (LengthOf(storage.File + "-wal") <= SqliteSettings.LargestLog * 3 / 2)
                await WorkAsync(storage, Megabyte);
            Assert.Equal(0L, reader.Command("SELECT COUNT(*) FROM Jobs").ExecuteScalar());
        }

        await WriteSomeAsync(storage);

        Assert.InRange(LengthOf(storage.File + "-wal"), 0, SqliteSettings.LargestLog);
    }

    /// <summary>Somebody always reads, though nobody for long: the log begins anew only where they are waited for.</summary>
    [Fact]
    public async Task Is_bounded_where_short_reads_always_overlap()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        using var enough = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    await using var reader = await ReadAsync(storage);
                    reader.Command("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT COUNT(*) FROM n").ExecuteScalar();
                }
            },
            storage.Stop)).ToList();
        var largest = 0L;
        for (var i = 0; i < 150; i++)
        {
            await WorkAsync(storage, Megabyte);
            largest = Math.Max(largest, LengthOf(storage.File + "-wal"));
        }
        await enough.CancelAsync();
        await Task.WhenAll(readers);

        Assert.InRange(largest, 1, SqliteSettings.LargestLog * 2);
    }

    private static async Task WorkAsync(TestStorage storage, int resultBytes)
    {
        var job = await storage.SubmitAsync();
        await storage.ClaimAsync();
        var result = new byte[resultBytes];
        result.AsSpan().Fill((byte)'7');
        Assert.Equal(Change.Made, await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Succeed(log, row, 1, result)));
    }

    private static async Task WriteSomeAsync(TestStorage storage)
    {
        for (var i = 0; i < 40; i++)
            await storage.SubmitAsync();
    }

    private static async Task<Reader> ReadAsync(TestStorage storage)
    {
        var connection = new SqliteConnection($"Data Source={storage.File};Pooling=false");
        await connection.OpenAsync(storage.Stop);
        var reader = new Reader(connection);
        reader.Command("BEGIN").ExecuteNonQuery();
        reader.Command("SELECT COUNT(*) FROM Jobs").ExecuteScalar();
        return reader;
    }

    private static long LengthOf(string file) => new FileInfo(file) is { Exists: true } there ? there.Length : 0;

    private sealed record Reader(SqliteConnection Connection) : IAsyncDisposable
    {
        public SqliteCommand Command(string sql) => new(sql, Connection);

        public ValueTask DisposeAsync() => Connection.DisposeAsync();
    }
}
