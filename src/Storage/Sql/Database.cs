using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace Storage.Sql;

/// <summary>The database behind the product: contexts for what is read and written now and then, sessions for the hot paths.</summary>
internal abstract class Database(Dialect dialect)
{
    public Dialect Dialect { get; } = dialect;

    /// <summary>True where one transaction writes at a time, so that none can see the state before another's.</summary>
    public abstract bool WritesOneByOne { get; }

    public abstract WebhooksDb CreateContext();

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction and commits it. A passing fault (deadlock, lost connection) runs the whole work again,
    /// so it must only touch the session and what it returns. <paramref name="durable"/> false: the commit need not wait for the disk,
    /// because a sweep repeats what a power cut takes away.
    /// </summary>
    public abstract Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken stop, bool durable = true);

    /// <summary>Runs <paramref name="work"/> without a transaction, for reading.</summary>
    public abstract Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken stop);

    /// <summary>Brings the schema up to date; safe when several processes start at once.</summary>
    public abstract Task MigrateAsync(CancellationToken stop);

    private static readonly PlainStatement AskTime = new("SELECT {database time}");

    public async Task<DateTimeOffset> AskTimeAsync(CancellationToken stop) =>
        (await ReadAsync(session => session.ReadAsync(AskTime, row => row.Time(), [], stop), stop))[0];
}

/// <summary>A database server: pooled connections, EF's execution strategy for passing faults.</summary>
internal class ServerDatabase<TContext>(IDbContextFactory<TContext> contexts, ServerDialect dialect) : Database(dialect)
    where TContext : WebhooksDb
{
    public override bool WritesOneByOne => false;

    public override WebhooksDb CreateContext() => contexts.CreateDbContext();

    public override async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken stop, bool durable = true)
    {
        await using var db = CreateContext();
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(async stop =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, stop);
            var session = new ServerSession(db.Database.GetDbConnection(), transaction.GetDbTransaction(), dialect);
            if (!durable && dialect.RelaxedCommit is { } relax)
                session.Write(relax);
            Failpoint.Pass("begun");
            var answer = await work(session);
            await session.FlushAsync(stop);
            Failpoint.Pass("commit");
            await transaction.CommitAsync(stop);
            Failpoint.Pass("committed");
            return answer;
        }, stop);
    }

    public override async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken stop)
    {
        await using var db = CreateContext();
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(async stop =>
        {
            await db.Database.OpenConnectionAsync(stop);
            try
            {
                return await work(new ServerSession(db.Database.GetDbConnection(), null, dialect));
            }
            finally
            {
                await db.Database.CloseConnectionAsync();
            }
        }, stop);
    }

    public override async Task MigrateAsync(CancellationToken stop)
    {
        await using var db = CreateContext();
        await CreateWhereMissingAsync(db.GetService<IRelationalDatabaseCreator>(), stop);
        var history = db.GetService<IHistoryRepository>();
        if (await history.ExistsAsync(stop) && !(await db.Database.GetPendingMigrationsAsync(stop)).Any())
            return;
        db.Database.SetCommandTimeout(TimeSpan.Zero); // without a limit: a large table takes its time, and so does whoever migrates before us
        await db.Database.OpenConnectionAsync(stop); // the lock belongs to the connection, and ends with it at the latest
        if (dialect.MigrationLock is { } take)
        {
            await db.Database.ExecuteSqlRawAsync(take, stop);
            await history.CreateIfNotExistsAsync(stop); // else the log begins with an error: the provider asks by reading what isn't there
        }
        try
        {
            await db.Database.MigrateAsync(stop);
        }
        finally
        {
            if (dialect.MigrationUnlock is { } free)
                await db.Database.ExecuteSqlRawAsync(free, stop);
        }
    }

    /// <summary>Processes that start together may all find no database; one of them creates it.</summary>
    private static async Task CreateWhereMissingAsync(IRelationalDatabaseCreator creator, CancellationToken stop)
    {
        if (await creator.ExistsAsync(stop))
            return;
        try
        {
            await creator.CreateAsync(stop);
        }
        catch (DbException) when (creator.Exists()) // by another
        {
        }
    }
}
