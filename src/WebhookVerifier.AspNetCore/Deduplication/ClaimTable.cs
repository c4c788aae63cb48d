using System.Data;
using System.Data.Common;
using System.Globalization;

namespace WebhookVerifier.AspNetCore;

/// <summary>Runs one statement on one connection.</summary>
internal sealed class ClaimTable(Func<DbConnection> connect, ClaimStatements statements)
{
    internal async Task<int> ExecuteAsync(string sql, CancellationToken stop, params (string Name, object Value)[] parameters)
    {
        await using var connection = await OpenAsync(stop);
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(stop);
    }

    internal async Task<ClaimRow?> ReadAsync(string key, CancellationToken stop)
    {
        await using var connection = await OpenAsync(stop);
        await using var command = Command(connection, statements.Read, [("@key", key)]);
        await using var reader = await command.ExecuteReaderAsync(stop);
        return await reader.ReadAsync(stop)
            ? new ClaimRow(reader.GetString(0), Number(reader, 1) == 1, Number(reader, 2))
            : null;
    }

    internal async Task<bool> ExistsAsync(CancellationToken stop)
    {
        try
        {
            await using var connection = await OpenAsync(stop);
            await using var command = Command(connection, statements.Probe, []);
            await command.ExecuteScalarAsync(stop);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private async Task<DbConnection> OpenAsync(CancellationToken stop)
    {
        var connection = connect();
        await connection.OpenAsync(stop);
        return connection;
    }

    private static DbCommand Command(DbConnection connection, string sql, (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.DbType = value is long ? DbType.Int64 : DbType.AnsiString; // a Unicode text would cost SQL Server the index
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    // Each provider has its own idea of a smallint.
    private static long Number(DbDataReader reader, int column) => Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);
}

/// <summary>What a row says of a claim.</summary>
internal sealed record ClaimRow(string Token, bool Finished, long ExpiresAt);
