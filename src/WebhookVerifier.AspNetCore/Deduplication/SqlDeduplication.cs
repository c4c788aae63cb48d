using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace WebhookVerifier.AspNetCore;

/// <summary>
/// Deduplication in a table, for any number of instances of a receiver. A unique key decides: of any number of callers at once, one
/// gets the event.
/// Runs on SQLite, PostgreSQL and SQL Server through their ADO.NET providers, and references none of them. Clears out what has
/// expired, hourly.
/// </summary>
/// <remarks>
/// Instances compare times by their own clocks; a difference shortens or lengthens a lease by as much. A statement that fails is not
/// decoded: the row is read, and says what happened.
/// </remarks>
public sealed class SqlDeduplication : IDeduplication
{
    private const int Tries = 5;
    private static readonly TimeSpan PurgeInterval = TimeSpan.FromHours(1);

    private readonly SqlDeduplicationOptions options;
    private readonly TimeProvider clock;
    private readonly ClaimStatements statements;
    private readonly ClaimTable table;
    private long nextPurge;

    /// <summary>A store on a data source, with the default options and the system's clock.</summary>
    /// <param name="database">Where the table is.</param>
    public SqlDeduplication(DbDataSource database)
        : this(database, new SqlDeduplicationOptions(), TimeProvider.System)
    {
    }

    /// <summary>A store on a data source.</summary>
    /// <param name="database">Where the table is.</param>
    /// <param name="options">Table, lease and retention.</param>
    /// <param name="clock">What time it is.</param>
    public SqlDeduplication(DbDataSource database, SqlDeduplicationOptions options, TimeProvider clock)
        : this((database ?? throw new ArgumentNullException(nameof(database))).CreateConnection, options, clock)
    {
    }

    /// <summary>A store on connections of the caller's making.</summary>
    /// <param name="connect">Makes a closed connection; each call of the store opens one and disposes of it.</param>
    /// <param name="options">Table, lease and retention.</param>
    /// <param name="clock">What time it is.</param>
    public SqlDeduplication(Func<DbConnection> connect, SqlDeduplicationOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        this.options = options;
        this.clock = clock;
        statements = new ClaimStatements(options.Table);
        table = new ClaimTable(connect, statements);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Creates the table unless it is there. Safe from several instances at once.</summary>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="DbException">The table is not there and cannot be created.</exception>
    public async Task EnsureTableAsync(CancellationToken stop = default)
    {
        if (await table.ExistsAsync(stop)) return;

        try
        {
            await table.ExecuteAsync(statements.CreateTable, stop);
        }
        catch (DbException)
        {
            if (!await table.ExistsAsync(stop)) throw;
        }
    }

    /// <inheritdoc/>
    public async Task<WebhookClaim> BeginAsync(string id, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        await PurgeWhenDueAsync(stop);

        var ours = new WebhookClaim(id, ClaimState.New, Guid.NewGuid());
        for (var tries = 1; tries <= Tries; tries++)
        {
            if (await TryInsertAsync(ours, lastTry: tries == Tries, stop)) return ours;
            if (await table.ReadAsync(KeyOf(id), stop) is not { } row) continue; // abandoned or purged meanwhile
            if (row.Token == TokenOf(ours)) return ours; // inserted after all: only the answer was lost
            if (row.ExpiresAt > Now) return ours with { State = row.Finished ? ClaimState.Done : ClaimState.InProgress, Token = default };
            if (await TakeOverAsync(ours, row.Token, stop)) return ours;
        }

        return ours with { State = ClaimState.InProgress, Token = default };
    }

    /// <inheritdoc/>
    public async Task<bool> CompleteAsync(WebhookClaim claim, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(claim.Id);
        return await table.ExecuteAsync(
            statements.Complete, stop, ("@key", KeyOf(claim.Id)), ("@token", TokenOf(claim)), ("@expires", After(options.Retention))) == 1;
    }

    /// <inheritdoc/>
    public Task AbandonAsync(WebhookClaim claim, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(claim.Id);
        return table.ExecuteAsync(statements.Abandon, stop, ("@key", KeyOf(claim.Id)), ("@token", TokenOf(claim)));
    }

    /// <summary>Deletes what has expired. The store does so itself, hourly; this is for those who want it at another time.</summary>
    /// <param name="stop">Gives up.</param>
    /// <returns>Rows deleted.</returns>
    public Task<int> PurgeAsync(CancellationToken stop = default) =>
        table.ExecuteAsync(statements.Purge, stop, ("@now", Now), ("@abandoned", After(-options.Retention)));

    private async Task<bool> TryInsertAsync(WebhookClaim claim, bool lastTry, CancellationToken stop)
    {
        try
        {
            return await table.ExecuteAsync(
                statements.Insert, stop,
                ("@key", KeyOf(claim.Id)), ("@id", claim.Id), ("@token", TokenOf(claim)), ("@expires", After(options.Lease))) == 1;
        }
        catch (DbException) when (!lastTry)
        {
            return false; // somebody else's row, which can be read, or a fault, which the reading meets too
        }
    }

    private async Task<bool> TakeOverAsync(WebhookClaim claim, string previous, CancellationToken stop) =>
        await table.ExecuteAsync(
            statements.TakeOver, stop,
            ("@key", KeyOf(claim.Id)), ("@token", TokenOf(claim)), ("@previous", previous), ("@now", Now),
            ("@expires", After(options.Lease))) == 1;

    private async Task PurgeWhenDueAsync(CancellationToken stop)
    {
        var due = Interlocked.Read(ref nextPurge);
        if (Now < due || Interlocked.CompareExchange(ref nextPurge, After(PurgeInterval), due) != due) return;

        try
        {
            await PurgeAsync(stop);
        }
        catch (DbException)
        {
            // Housekeeping never stands in the way of an event; the next hour brings another try.
        }
    }

    private long After(TimeSpan span) => Now + (long)span.TotalMilliseconds;

    private static string KeyOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    private static string TokenOf(WebhookClaim claim) => claim.Token.ToString("N");
}
