using System.Data.Common;
using Storage.Sql;

namespace Storage.PostgreSql;

/// <summary>A page is a set of arrays, unnested side by side.</summary>
internal sealed class PostgreSqlDialect : ServerDialect
{
    public override PlainStatement RelaxedCommit { get; } = new("SET LOCAL synchronous_commit = off");

    /// <summary>
    /// Entity Framework locks its history table for one migration at a time, and whoever comes in between two applies the second one again. This
    /// lock lasts as long as the connection.
    /// </summary>
    public override string MigrationLock => "SELECT pg_advisory_lock(7220934501)";

    /// <summary>A pooled connection keeps its locks until it is used again, so they are given back.</summary>
    public override string MigrationUnlock => "SELECT pg_advisory_unlock_all()";

    public override object IdValue(Guid id) => id;

    public override Guid ReadId(DbDataReader reader, int ordinal) => reader.GetGuid(ordinal);

    public override void BindPage<TRow>(DbBatchCommand command, Statement<TRow> statement, IReadOnlyList<TRow> rows)
    {
        foreach (var column in statement.Columns)
            Bind(command, "r" + column.Name, column.Kind switch
            {
                ColumnKind.Id => Gather<TRow, Guid?>(rows, column),
                ColumnKind.Int => Gather<TRow, int?>(rows, column),
                ColumnKind.Long => Gather<TRow, long?>(rows, column),
                ColumnKind.Double => Gather<TRow, double?>(rows, column),
                ColumnKind.Text or ColumnKind.Name => Gather<TRow, string?>(rows, column),
                _ => Gather<TRow, byte[]?>(rows, column),
            });
    }

    protected override string RenderRows(string template, IReadOnlyList<(string Name, ColumnKind Kind)> shape)
    {
        var arrays = string.Join(", ", shape.Select(c => "@r" + c.Name));
        var names = string.Join(", ", shape.Select(c => c.Name));
        return template
            .Replace("{rows} r", $"unnest({arrays}) AS r({names})", StringComparison.Ordinal)
            .Replace("{lateral}", "CROSS JOIN LATERAL", StringComparison.Ordinal);
    }

    /// <summary>
    /// Of a limit that it doesn't know PostgreSQL expects a tenth of the rows, and compiles its plan for them: 250 ms for a queue of a million. So the
    /// ordered rows are limited twice, first by what no page exceeds; it stops where the shorter limit ends.
    /// </summary>
    protected override string Few => "SELECT few.* FROM (";

    protected override string FewLimit(string count) => $"LIMIT 4096) AS few LIMIT {count}";

    protected override string ForClaim => "FOR UPDATE SKIP LOCKED";

    protected override string ForUpdate => "FOR UPDATE OF j";

    protected override string DatabaseTime => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)";

    private static TValue[] Gather<TRow, TValue>(IReadOnlyList<TRow> rows, Column<TRow> column)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (TValue)column.Get(rows[i])!;
        return values;
    }
}
