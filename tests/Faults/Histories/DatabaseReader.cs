using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Replays;

namespace Faults.Histories;

/// <summary>Reads the database past the product, as an auditor would.</summary>
internal sealed class DatabaseReader(Func<DbConnection> connect)
{
    public static DatabaseReader OfSqlite(string connection) => new(() => new SqliteConnection(connection));

    public static DatabaseReader OfPostgreSql(string connection) => new(() => new NpgsqlConnection(connection));

    /// <summary>How many jobs and deliveries have not come to an end; a replay that goes on owes deliveries. Of those that were made since a time.</summary>
    public async Task<(long Jobs, long Deliveries)> CountOpenAsync(CancellationToken stop, DateTimeOffset since = default)
    {
        await using var connection = await OpenAsync(stop);
        var made = $"createdat >= {since.ToUnixTimeMilliseconds()}";
        // In this order: replays and jobs make deliveries, and not the other way round.
        var replays = await CountAsync(connection, $"SELECT COUNT(*) FROM replays WHERE status < 2 AND {made}", stop);
        return (await CountAsync(connection, $"SELECT COUNT(*) FROM jobs WHERE status < 2 AND {made}", stop),
            replays + await CountAsync(connection, $"SELECT COUNT(*) FROM deliveries WHERE status = 0 AND {made}", stop));
    }

    /// <summary>Whether the database lets anybody in.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await OpenAsync(CancellationToken.None);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    /// <summary>Gives back the room of SQLite's log, so that the next write needs some; nothing with a server.</summary>
    public Task ShrinkLogAsync() => TryAsync("PRAGMA wal_checkpoint(TRUNCATE)");

    /// <summary>Has a server begin the next file of its log; nothing with SQLite.</summary>
    public Task SwitchLogAsync() => TryAsync("SELECT pg_switch_wal()");

    /// <summary>Makes all chores due, as if a while had passed; nothing where there are none yet.</summary>
    public Task ForgetTicksAsync() => TryAsync("DELETE FROM chores");

    private async Task TryAsync(string sql)
    {
        try
        {
            await using var connection = await OpenAsync(CancellationToken.None);
            await using var command = Command(connection, sql);
            await command.ExecuteScalarAsync();
        }
        catch (DbException)
        {
        }
    }

    public async Task ReadAsync(HistoryLog log, CancellationToken stop)
    {
        await using var connection = await OpenAsync(stop);
        await ReadAsync("id, status, version, attempt, maxattempts, fence, metadata, redriveof, createdat, finishedat, type FROM jobs", r => new JobRow(
            Id<Job>(r, 0), r.GetInt32(1), r.GetInt32(2), r.GetInt32(3), r.GetInt32(4), r.GetInt64(5), Subject(Text(r, 6)),
            r.IsDBNull(7) ? null : Id<Job>(r, 7), Time(r, 8), MaybeTime(r, 9), r.GetString(10)));
        await ReadAsync("jobid, seq, type, body, createdat FROM jobevents", r => new EventRow(
            Id<Job>(r, 0), r.GetInt32(1), r.GetInt32(2), Hash((byte[])r.GetValue(3)), Time(r, 4), Said(r.GetInt32(2), (byte[])r.GetValue(3))));
        await ReadAsync("id, jobid, url, events, status, reason, createdat, ordering, schedule FROM callbacks", r => new CallbackRow(
            Id<Callback>(r, 0), Id<Job>(r, 1), new Uri(r.GetString(2)).AbsolutePath, r.GetInt32(3), r.GetInt32(4), Text(r, 5), Time(r, 6),
            r.GetInt32(7), Text(r, 8)?.Split(',').Length));
        await ReadAsync(
            "id, jobid, seq, eventtype, callbackid, status, reason, round, roundat, attempts, deliveredat, createdat FROM deliveries",
            r => new DeliveryRow(
                Id<Delivery>(r, 0), Id<Job>(r, 1), r.GetInt32(2), r.GetInt32(3), Id<Callback>(r, 4), r.GetInt32(5), Text(r, 6), r.GetInt32(7),
                Time(r, 8), r.GetInt32(9), MaybeTime(r, 10), Time(r, 11)));
        await ReadAsync("deliveryid, number, round, startedat, finishedat, statuscode, error, engine FROM attempts", r => new AttemptRow(
            Id<Delivery>(r, 0), r.GetInt32(1), r.GetInt32(2), Time(r, 3), MaybeTime(r, 4), r.IsDBNull(5) ? null : r.GetInt32(5), Text(r, 6),
            r.GetString(7)));
        await ReadAsync("id, status, deliveries, reason, jobid, matched, replayed, skipped, createdat, finishedat FROM replays", r => new ReplayRow(
            Id<Replay>(r, 0), r.GetInt32(1), r.GetInt32(2), Text(r, 3), r.IsDBNull(4) ? null : Id<Job>(r, 4), r.GetInt32(5), r.GetInt32(6),
            r.GetInt32(7), Time(r, 8), MaybeTime(r, 9)));

        async Task ReadAsync<T>(string select, Func<DbDataReader, T> read)
        {
            await using var command = Command(connection, "SELECT " + select);
            await using var reader = await command.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
                log.Append(read(reader));
        }
    }

    public static string Hash(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body))[..32];

    private async Task<DbConnection> OpenAsync(CancellationToken stop)
    {
        var connection = connect();
        await connection.OpenAsync(stop);
        return connection;
    }

    private static async Task<long> CountAsync(DbConnection connection, string sql, CancellationToken stop)
    {
        await using var command = Command(connection, sql);
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static string Id<T>(DbDataReader row, int column)
        where T : INamed => new Id<T>(row.GetValue(column) is byte[] bytes ? new Guid(bytes, bigEndian: true) : row.GetGuid(column)).ToString();

    private static DateTimeOffset Time(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static DateTimeOffset? MaybeTime(DbDataReader row, int column) => row.IsDBNull(column) ? null : Time(row, column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string? Said(int type, byte[] body) => type switch
    {
        (int)JobEventType.Output => JsonDocument.Parse(body).RootElement.GetProperty("data").GetProperty("output").GetRawText(),
        >= (int)JobEventType.DeliveryParked => System.Text.Encoding.UTF8.GetString(body),
        _ => null,
    };

    private static string? Subject(string? metadata) =>
        metadata is null ? null : JsonDocument.Parse(metadata).RootElement.GetProperty("subject").GetString();
}
