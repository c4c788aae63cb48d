namespace Storage.Sql;

/// <summary>A named parameter next to the page: <c>("now", clock)</c> for <c>@now</c>.</summary>
internal readonly record struct Parameter(string Name, object? Value)
{
    public static implicit operator Parameter((string Name, int Value) pair) => new(pair.Name, pair.Value);

    public static implicit operator Parameter((string Name, long Value) pair) => new(pair.Name, pair.Value);

    public static implicit operator Parameter((string Name, string? Value) pair) => new(pair.Name, pair.Value);

    public static implicit operator Parameter((string Name, Guid Value) pair) => new(pair.Name, pair.Value);

    public static implicit operator Parameter((string Name, byte[]? Value) pair) => new(pair.Name, pair.Value);

    public static implicit operator Parameter((string Name, DateTimeOffset Value) pair) => new(pair.Name, pair.Value.ToUnixTimeMilliseconds());
}

/// <summary>
/// One connection in use, mostly inside one transaction. Writes are queued and travel with the next query or with the commit, so that a
/// page costs few round trips; where there is no network they run at once.
/// </summary>
internal abstract class SqlSession(Dialect dialect)
{
    public Dialect Dialect { get; } = dialect;

    /// <summary>Runs a statement over a page, in order with everything queued before. An empty page runs nothing.</summary>
    public abstract void Write<TRow>(Statement<TRow> statement, IReadOnlyList<TRow> rows, params ReadOnlySpan<Parameter> parameters);

    public abstract void Write(PlainStatement statement, params ReadOnlySpan<Parameter> parameters);

    /// <summary>Reads what a statement over a page answers. An empty page reads nothing.</summary>
    public abstract Task<List<T>> ReadAsync<TRow, T>(
        Statement<TRow> statement, IReadOnlyList<TRow> rows, Func<Row, T> read, Parameter[] parameters, CancellationToken stop);

    public abstract Task<List<T>> ReadAsync<T>(PlainStatement statement, Func<Row, T> read, Parameter[] parameters, CancellationToken stop);

    /// <summary>Sends what is still queued and answers how many rows those statements changed.</summary>
    public abstract Task<int> FlushAsync(CancellationToken stop);
}
