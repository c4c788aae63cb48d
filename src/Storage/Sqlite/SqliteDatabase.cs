using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Storage.Sql;

namespace Storage.Sqlite;

/// <summary>
/// SQLite has one writer at a time and its driver blocks, so every transaction of this process runs on one thread of its own, over one
/// connection that keeps its statements prepared. Readers have connections of their own and, in WAL mode, never wait for it.
/// </summary>
internal sealed class SqliteDatabase : Database, IDisposable
{
    private readonly IDbContextFactory<SqliteWebhooksDb> _contexts;
    private readonly string _connectionString;
    private readonly BlockingCollection<Action<Writer>> _queue = [];
    private readonly Thread _thread;

    public SqliteDatabase(IDbContextFactory<SqliteWebhooksDb> contexts, string connectionString)
        : base(new SqliteDialect())
    {
        _contexts = contexts;
        _connectionString = connectionString;
        _thread = new Thread(WriteQueued) { IsBackground = true, Name = "sqlite writer" };
        _thread.Start();
    }

    /// <summary>The folder that the file of a connection string lies in.</summary>
    public static string FolderOf(string connectionString) => Path.GetDirectoryName(PathOf(connectionString))!;

    public override bool WritesOneByOne => true;

    public override WebhooksDb CreateContext() => _contexts.CreateDbContext();

    public override Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken stop, bool durable = true)
    {
        stop.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add(
            writer =>
            {
                try
                {
                    done.SetResult(writer.Commit(work));
                }
                catch (Exception error)
                {
                    done.SetException(error);
                }
            },
            CancellationToken.None);
        return done.Task;
    }

    public override async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken stop)
    {
        await using var connection = new SqliteConnection(_connectionString);
        SqliteSettings.Open(connection);
        return await work(new SqliteSession(connection, Dialect));
    }

    public override async Task MigrateAsync(CancellationToken stop)
    {
        var path = PathOf(_connectionString);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var only = await FileLock.TakeAsync(path + ".migrating", stop);
        // Entity Framework looks at the file through a connection that may only read, which can't turn WAL on: a process that was killed just after
        // it created the file would leave one that nobody can start with.
        await using (var file = new SqliteConnection(_connectionString))
            SqliteSettings.Open(file);
        await using var db = CreateContext();
        if (!(await db.Database.GetPendingMigrationsAsync(stop)).Any())
            return;
        // A process that was killed while it migrated leaves EF's own lock behind, and EF would wait for it for ever.
        // The file lock is ours, so nobody is migrating now.
        await db.Database.OpenConnectionAsync(stop);
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS __EFMigrationsLock", stop);
        await db.Database.MigrateAsync(stop);
    }

    private static string PathOf(string connectionString) => Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
    }

    private void WriteQueued()
    {
        using var writer = new Writer(_connectionString, Dialect);
        foreach (var write in _queue.GetConsumingEnumerable())
        {
            write(writer);
            writer.LookAtLog();
        }
    }

    private sealed class Writer(string connectionString, Dialect dialect) : IDisposable
    {
        private const int CommitsPerLook = 16;

        private readonly Dictionary<Statement, SqliteCommand> _prepared = [];
        private SqliteConnection? _connection;
        private int _commits;

        public T Commit<T>(Func<SqlSession, Task<T>> work)
        {
            if (_connection is null)
            {
                _connection = new SqliteConnection(connectionString);
                SqliteSettings.Open(_connection);
            }
            using var transaction = _connection.BeginTransaction(); // BEGIN IMMEDIATE: the write lock is taken now, not half-way
            var session = new SqliteSession(_connection, dialect, _prepared) { Transaction = transaction };
            Failpoint.Pass("begun");
            var task = work(session);
            if (!task.IsCompleted)
                throw new InvalidOperationException("Work in a SQLite transaction waited for something other than the database.");
            var answer = task.GetAwaiter().GetResult();
            Failpoint.Pass("commit");
            transaction.Commit();
            Failpoint.Pass("committed");
            return answer;
        }

        /// <summary>Between two transactions, now and then.</summary>
        public void LookAtLog()
        {
            if (_connection is null || ++_commits % CommitsPerLook != 0)
                return;
            var log = new FileInfo(PathOf(connectionString) + "-wal");
            if (!log.Exists || log.Length <= SqliteSettings.LargestLog)
                return;
            try
            {
                SqliteSettings.EmptyLog(_connection);
            }
            catch (SqliteException)
            {
                // What keeps it from that keeps the next transaction from its commit too, and that one has a caller to tell.
            }
        }

        public void Dispose()
        {
            foreach (var command in _prepared.Values)
                command.Dispose();
            _connection?.Dispose();
        }
    }
}
