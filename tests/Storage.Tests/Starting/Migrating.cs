using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Storage.Tests.Databases;

namespace Storage.Tests.Starting;

public sealed class Migrating
{
    [Theory, EveryDatabase]
    public async Task Is_done_once_by_four_that_start_together(On database)
    {
        await using var storage = await TestStorage.OnEmptyAsync(database);

        await Story.TogetherAsync(4, () => storage.Database.MigrateAsync(storage.Stop));

        await using var db = storage.Database.CreateContext();
        Assert.Equal(db.Database.GetMigrations(), await db.Database.GetAppliedMigrationsAsync(storage.Stop));
        Assert.Empty(await db.Jobs.ToListAsync(storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Again_keeps_what_is_there(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();

        await storage.Database.MigrateAsync(storage.Stop);

        Assert.Equal(job.Id, (await storage.FindAsync(job.Id)).Id);
    }

    [Fact(Timeout = 60_000)] // to fail rather than to wait for ever, as Entity Framework would
    public async Task Goes_on_where_a_killed_process_left_its_lock()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var storage = await TestStorage.OnEmptyAsync(On.Sqlite);
        await using (var db = storage.Database.CreateContext())
        {
            await db.Database.ExecuteSqlRawAsync(
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2000-01-01 00:00:00+00:00');
                """,
                stop);
        }

        await storage.Database.MigrateAsync(stop);

        Assert.NotEmpty((await storage.SubmitAsync()).Type);
    }

    [Fact]
    public async Task Begins_with_a_file_that_a_killed_process_had_just_created()
    {
        await using var storage = await TestStorage.OnEmptyAsync(On.Sqlite);
        await using (var db = storage.Database.CreateContext())
            await File.WriteAllBytesAsync(new SqliteConnectionStringBuilder(db.Database.GetConnectionString()).DataSource, [], storage.Stop);

        await storage.Database.MigrateAsync(storage.Stop);

        Assert.NotEmpty((await storage.SubmitAsync()).Type);
    }

    [Fact]
    public void Leaves_no_model_without_its_migration()
    {
        using var sqlite = new SqliteDesign().CreateDbContext([]);
        using var postgreSql = new PostgreSqlDesign().CreateDbContext([]);
        using var sqlServer = new SqlServerDesign().CreateDbContext([]);

        foreach (var db in new WebhooksDb[] { sqlite, postgreSql, sqlServer })
        {
            Assert.False(db.Database.HasPendingModelChanges());
            Assert.NotEmpty(db.Database.GetMigrations());
        }
    }
}
