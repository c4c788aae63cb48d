namespace Storage.Sql;

/// <summary>What a column carries; each database has its own way to pass a page of them.</summary>
internal enum ColumnKind { Id, Int, Long, Double, Text, Name, Bytes, Hash }

/// <summary>One column of the page of rows that a statement works on.</summary>
internal sealed record Column<TRow>(string Name, ColumnKind Kind, Func<TRow, object?> Get);

/// <summary>
/// SQL that is written once for all databases. Names are unquoted. What differs is a token that the <see cref="Dialect"/> fills in:
/// <c>{top:n}</c> and <c>{limit:n}</c> (one of them is empty), <c>{few}</c>/<c>{few limit:n}</c> (a limit that is a column), <c>{claim}</c>/<c>{for claim}</c> (lock, skip what is locked),
/// <c>{lock}</c>/<c>{for update of j}</c> (lock the rows of j, wait), <c>{key lock}</c>/<c>{or ignore}</c> (insert what is not there yet).
/// </summary>
internal abstract class Statement(string template)
{
    private readonly Dictionary<Dialect, string> _rendered = [];

    public string Template { get; } = template;

    /// <summary>Names and kinds of the page's columns; empty for a statement that takes parameters only.</summary>
    public abstract IReadOnlyList<(string Name, ColumnKind Kind)> Shape { get; }

    public string For(Dialect dialect)
    {
        lock (_rendered)
        {
            if (!_rendered.TryGetValue(dialect, out var sql))
                _rendered[dialect] = sql = dialect.Render(this);
            return sql;
        }
    }
}

/// <summary>A statement over a page of rows, written against <c>FROM {rows} r</c> with columns <c>r.Name</c>.</summary>
internal sealed class Statement<TRow>(string template, params Column<TRow>[] columns) : Statement(template)
{
    public IReadOnlyList<Column<TRow>> Columns => columns;

    public override IReadOnlyList<(string, ColumnKind)> Shape { get; } = [.. columns.Select(c => (c.Name, c.Kind))];
}

/// <summary>A statement without a page: parameters only.</summary>
internal sealed class PlainStatement(string template) : Statement(template)
{
    public override IReadOnlyList<(string, ColumnKind)> Shape => [];
}

/// <summary>Columns for pages, with the conversions that every table shares.</summary>
internal static class Col
{
    public static Column<TRow> Id<TRow, T>(string name, Func<TRow, Id<T>> get)
        where T : INamed => new(name, ColumnKind.Id, row => get(row).Value);

    public static Column<TRow> Id<TRow, T>(string name, Func<TRow, Id<T>?> get)
        where T : INamed => new(name, ColumnKind.Id, row => get(row)?.Value);

    public static Column<TRow> Int<TRow>(string name, Func<TRow, int?> get) => new(name, ColumnKind.Int, row => get(row));

    public static Column<TRow> Long<TRow>(string name, Func<TRow, long?> get) => new(name, ColumnKind.Long, row => get(row));

    public static Column<TRow> Double<TRow>(string name, Func<TRow, double?> get) => new(name, ColumnKind.Double, row => get(row));

    public static Column<TRow> Time<TRow>(string name, Func<TRow, DateTimeOffset?> get) =>
        new(name, ColumnKind.Long, row => get(row)?.ToUnixTimeMilliseconds());

    public static Column<TRow> Text<TRow>(string name, Func<TRow, string?> get) => new(name, ColumnKind.Text, get);

    /// <summary>Text that rows are looked up by: at most 450 characters, so that it is of a type that indexes are searched with.</summary>
    public static Column<TRow> Name<TRow>(string name, Func<TRow, string?> get) => new(name, ColumnKind.Name, get);

    /// <summary>32 bytes that rows are looked up by, likewise.</summary>
    public static Column<TRow> Hash<TRow>(string name, Func<TRow, byte[]?> get) => new(name, ColumnKind.Hash, get);

    public static Column<TRow> Bytes<TRow>(string name, Func<TRow, byte[]?> get) => new(name, ColumnKind.Bytes, get);
}
