using Microsoft.EntityFrameworkCore;
using Storage.Sql;
using Storage.Tests.Databases;

namespace Storage.Tests.Starting;

public sealed class The_journal_of_sqlite
{
    private static readonly PlainStatement Journal = new("SELECT j.journal_mode FROM pragma_journal_mode AS j");
    private static readonly PlainStatement Synchronous = new("SELECT s.synchronous FROM pragma_synchronous AS s");
    private const int Full = 2;

    [Fact]
    public async Task Is_a_full_wal_for_the_writer_and_the_readers()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);

        Assert.Equal(("wal", Full), await storage.Database.WriteAsync(AskAsync, storage.Stop));
        Assert.Equal(("wal", Full), await storage.Database.WriteAsync(AskAsync, storage.Stop, durable: false));
        Assert.Equal(("wal", Full), await storage.Database.ReadAsync(AskAsync, storage.Stop));

        async Task<(string, int)> AskAsync(SqlSession session)
        {
            var journal = await session.ReadAsync(Journal, row => row.Text(), [], storage.Stop);
            var synchronous = await session.ReadAsync(Synchronous, row => row.Int(), [], storage.Stop);
            return (journal[0], synchronous[0]);
        }
    }

    [Fact]
    public async Task Is_a_full_wal_for_entity_framework_too()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);

        for (var i = 0; i < 2; i++) // the second time from the pool
        {
            await using var db = storage.Database.CreateContext();
            var journal = db.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode");
            var synchronous = db.Database.SqlQueryRaw<int>("SELECT synchronous AS Value FROM pragma_synchronous");
            Assert.Equal("wal", await journal.SingleAsync(storage.Stop));
            Assert.Equal(Full, await synchronous.SingleAsync(storage.Stop));
        }
    }
}
