using System.Data.Common;

namespace Storage.Sql;

/// <summary>A session with a database server: a page is one statement, and queued statements share a round trip.</summary>
internal sealed class ServerSession(DbConnection connection, DbTransaction? transaction, ServerDialect dialect) : SqlSession(dialect)
{
    private DbBatch? _queue;

    public override void Write<TRow>(Statement<TRow> statement, IReadOnlyList<TRow> rows, params ReadOnlySpan<Parameter> parameters)
    {
        if (rows.Count > 0)
            dialect.BindPage(Queue(statement, parameters), statement, rows);
    }

    public override void Write(PlainStatement statement, params ReadOnlySpan<Parameter> parameters) => Queue(statement, parameters);

    public override Task<List<T>> ReadAsync<TRow, T>(
        Statement<TRow> statement, IReadOnlyList<TRow> rows, Func<Row, T> read, Parameter[] parameters, CancellationToken stop)
    {
        if (rows.Count == 0)
            return Task.FromResult(new List<T>());
        dialect.BindPage(Queue(statement, parameters), statement, rows);
        return ReadQueuedAsync(read, stop);
    }

    public override Task<List<T>> ReadAsync<T>(PlainStatement statement, Func<Row, T> read, Parameter[] parameters, CancellationToken stop)
    {
        Queue(statement, parameters);
        return ReadQueuedAsync(read, stop);
    }

    public override async Task<int> FlushAsync(CancellationToken stop)
    {
        if (_queue is not { } batch)
            return 0;
        _queue = null;
        Failpoint.Pass("written");
        await using (batch)
            return await batch.ExecuteNonQueryAsync(stop);
    }

    private DbBatchCommand Queue(Statement statement, ReadOnlySpan<Parameter> parameters)
    {
        if (_queue is null)
        {
            _queue = connection.CreateBatch();
            _queue.Transaction = transaction;
        }
        var command = _queue.CreateBatchCommand();
        command.CommandText = statement.For(Dialect);
        foreach (var (name, value) in parameters)
            dialect.Bind(command, name, value);
        _queue.BatchCommands.Add(command);
        return command;
    }

    private async Task<List<T>> ReadQueuedAsync<T>(Func<Row, T> read, CancellationToken stop)
    {
        var batch = _queue!;
        _queue = null;
        var answer = new List<T>();
        await using (batch)
        {
            Failpoint.Pass("read");
            // Statements without an answer are stepped over: the first result is the query's, which is the last of the batch.
            await using var reader = await batch.ExecuteReaderAsync(stop);
            var row = new Row(reader, Dialect);
            while (await reader.ReadAsync(stop))
                answer.Add(read(row.Start()));
        }
        return answer;
    }
}

/// <summary>A dialect that passes a whole page as parameters of one statement.</summary>
internal abstract class ServerDialect : Dialect
{
    /// <summary>Makes the commit of one transaction not wait for the disk; null where the server can't.</summary>
    public virtual PlainStatement? RelaxedCommit => null;

    /// <summary>Makes processes that start together migrate one after the other; null where Entity Framework's own lock does.</summary>
    public virtual string? MigrationLock => null;

    public virtual string? MigrationUnlock => null;

    public abstract void BindPage<TRow>(DbBatchCommand command, Statement<TRow> statement, IReadOnlyList<TRow> rows);

    public void Bind(DbBatchCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value switch { null => DBNull.Value, Guid id => IdValue(id), _ => value };
        command.Parameters.Add(parameter);
    }
}
