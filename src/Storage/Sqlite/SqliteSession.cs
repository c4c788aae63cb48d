using Microsoft.Data.Sqlite;
using Storage.Sql;

namespace Storage.Sqlite;

/// <summary>A session with the file: everything runs at once, on the calling thread, with statements prepared once per connection.</summary>
internal sealed class SqliteSession(SqliteConnection connection, Dialect dialect, Dictionary<Statement, SqliteCommand>? prepared = null)
    : SqlSession(dialect)
{
    private int _changed;

    public SqliteTransaction? Transaction { get; set; }

    public override void Write<TRow>(Statement<TRow> statement, IReadOnlyList<TRow> rows, params ReadOnlySpan<Parameter> parameters)
    {
        if (rows.Count == 0)
            return;
        var command = Prepare(statement, parameters);
        foreach (var row in rows)
        {
            BindRow(command, statement, row);
            _changed += command.ExecuteNonQuery();
        }
        Done(command);
    }

    public override void Write(PlainStatement statement, params ReadOnlySpan<Parameter> parameters)
    {
        var command = Prepare(statement, parameters);
        _changed += command.ExecuteNonQuery();
        Done(command);
    }

    public override Task<List<T>> ReadAsync<TRow, T>(
        Statement<TRow> statement, IReadOnlyList<TRow> rows, Func<Row, T> read, Parameter[] parameters, CancellationToken stop)
    {
        var answer = new List<T>();
        if (rows.Count == 0)
            return Task.FromResult(answer);
        var command = Prepare(statement, parameters);
        foreach (var row in rows)
        {
            BindRow(command, statement, row);
            ReadAll(command, read, answer);
        }
        Done(command);
        return Task.FromResult(answer);
    }

    public override Task<List<T>> ReadAsync<T>(PlainStatement statement, Func<Row, T> read, Parameter[] parameters, CancellationToken stop)
    {
        var answer = new List<T>();
        var command = Prepare(statement, parameters);
        ReadAll(command, read, answer);
        Done(command);
        return Task.FromResult(answer);
    }

    public override Task<int> FlushAsync(CancellationToken stop)
    {
        var changed = _changed;
        _changed = 0;
        return Task.FromResult(changed);
    }

    private SqliteCommand Prepare(Statement statement, ReadOnlySpan<Parameter> parameters)
    {
        if (prepared is null || !prepared.TryGetValue(statement, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = statement.For(Dialect);
            foreach (var (name, _) in statement.Shape)
                command.Parameters.Add(new SqliteParameter("@r" + name, null));
            foreach (var (name, _) in parameters)
                command.Parameters.Add(new SqliteParameter("@" + name, null));
            prepared?.Add(statement, command);
        }
        command.Transaction = Transaction;
        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[statement.Shape.Count + i].Value = ToSqlite(parameters[i].Value);
        return command;
    }

    private void BindRow<TRow>(SqliteCommand command, Statement<TRow> statement, TRow row)
    {
        for (var i = 0; i < statement.Columns.Count; i++)
            command.Parameters[i].Value = ToSqlite(statement.Columns[i].Get(row));
    }

    private object ToSqlite(object? value) => value switch { null => DBNull.Value, Guid id => Dialect.IdValue(id), _ => value };

    private void ReadAll<T>(SqliteCommand command, Func<Row, T> read, List<T> into)
    {
        using var reader = command.ExecuteReader();
        var row = new Row(reader, Dialect);
        while (reader.Read())
            into.Add(read(row.Start()));
    }

    private void Done(SqliteCommand command)
    {
        if (prepared is null)
            command.Dispose();
    }
}
