using System.Data.Common;
using System.Text.RegularExpressions;
using Storage.Sql;

namespace Storage.Sqlite;

/// <summary>There is no network to save: a page is a prepared statement run once per row, so <c>r.Name</c> becomes the parameter <c>@rName</c>.</summary>
internal sealed partial class SqliteDialect : Dialect
{
    public override object IdValue(Guid id) => id.ToByteArray(bigEndian: true);

    public override Guid ReadId(DbDataReader reader, int ordinal) => new(reader.GetFieldValue<byte[]>(ordinal), bigEndian: true);

    protected override string RenderRows(string template, IReadOnlyList<(string Name, ColumnKind Kind)> shape)
    {
        var sql = template
            .Replace("FROM {rows} r {lateral} (", "FROM (", StringComparison.Ordinal)
            .Replace("FROM {rows} r,", "FROM", StringComparison.Ordinal)
            .Replace("FROM {rows} r", "", StringComparison.Ordinal);
        return RowColumn().Replace(sql, "@r$1");
    }

    protected override string DatabaseTime => "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    [GeneratedRegex(@"\br\.(\w+)")]
    private static partial Regex RowColumn();
}
