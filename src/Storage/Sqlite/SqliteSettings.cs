using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Storage.Sqlite;

/// <summary>
/// What every connection to the file runs with: WAL, so that readers and the writer don't wait for each other, and
/// <c>synchronous=FULL</c>, so that a commit that was answered survives a power cut (https://www.sqlite.org/pragma.html#pragma_synchronous).
/// The log begins anew when all of it is in the file and nobody reads from it; what it has beyond <see cref="LargestLog"/> is cut off then.
/// </summary>
internal sealed class SqliteSettings : DbConnectionInterceptor
{
    /// <summary>How large the log may be in bytes before the writer makes readers wait for it.</summary>
    public const long LargestLog = 32 * 1024 * 1024;

    private const int PatienceMs = 10_000;

    private static readonly string Pragmas =
        $"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout={PatienceMs}; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536; PRAGMA journal_size_limit={LargestLog};";

    /// <summary>
    /// Puts the log into the file and empties it. Where readers always overlap, it would never begin anew by itself. A reader that goes on for
    /// longer than this waits for it is left alone: the log grows until it ends.
    /// </summary>
    public static void EmptyLog(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA busy_timeout=100; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout={PatienceMs};";
        command.ExecuteNonQuery();
    }

    public static void Open(SqliteConnection connection)
    {
        connection.Open();
        Apply(connection);
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    private static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }
}
