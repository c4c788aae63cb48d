using System.Buffers;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using Storage.Sql;

namespace Storage.SqlServer;

/// <summary>A page is one JSON array, opened with <c>OPENJSON</c>; binary values travel as hexadecimal text.</summary>
internal sealed class SqlServerDialect : ServerDialect
{
    public override object IdValue(Guid id) => id.ToByteArray(bigEndian: true);

    public override Guid ReadId(DbDataReader reader, int ordinal) => new(reader.GetFieldValue<byte[]>(ordinal), bigEndian: true);

    public override void BindPage<TRow>(DbBatchCommand command, Statement<TRow> statement, IReadOnlyList<TRow> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartObject();
                foreach (var column in statement.Columns)
                    WriteValue(json, column.Name, column.Get(row));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        Bind(command, "rows", Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    public override (PlainStatement Ask, string Why)? Recommended { get; } = (
        new("SELECT CAST(d.is_read_committed_snapshot_on AS int) FROM sys.databases AS d WHERE d.name = DB_NAME()"),
        "READ_COMMITTED_SNAPSHOT is off, so readers wait for writers: ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE.");

    protected override string RenderRows(string template, IReadOnlyList<(string Name, ColumnKind Kind)> shape)
    {
        var columns = string.Join(", ", shape.Select(c => c.Kind switch
        {
            ColumnKind.Id => $"CONVERT(binary(16), page.{c.Name}, 2) AS {c.Name}",
            ColumnKind.Hash => $"CONVERT(binary(32), page.{c.Name}, 2) AS {c.Name}",
            ColumnKind.Bytes => $"CONVERT(varbinary(max), page.{c.Name}, 2) AS {c.Name}",
            // Else it has the database's collation, and SQL Server refuses to compare it with a column that has another.
            ColumnKind.Text or ColumnKind.Name => $"page.{c.Name} COLLATE {SqlServerWebhooksDb.Collation} AS {c.Name}",
            _ => $"page.{c.Name} AS {c.Name}",
        }));
        var types = string.Join(", ", shape.Select(c => $"{c.Name} {JsonType(c.Kind)} '$.{c.Name}'"));
        return template
            .Replace("{rows} r", $"(SELECT {columns} FROM OPENJSON(@rows) WITH ({types}) AS page) AS r", StringComparison.Ordinal)
            .Replace("{lateral}", "CROSS APPLY", StringComparison.Ordinal);
    }

    protected override string Top(string count) => $"TOP ({count})";

    protected override string Limit(string count) => "";

    protected override string ClaimHint => "WITH (UPDLOCK, READPAST, ROWLOCK)";

    protected override string LockHint => "WITH (UPDLOCK, ROWLOCK)";

    protected override string KeyLockHint => "WITH (UPDLOCK, HOLDLOCK)";

    protected override string OrIgnore => "";

    protected override string DatabaseTime => "DATEDIFF_BIG(millisecond, CAST('1970-01-01' AS datetime2(3)), SYSUTCDATETIME())";

    private static string JsonType(ColumnKind kind) => kind switch
    {
        ColumnKind.Id => "char(32)",
        ColumnKind.Int => "int",
        ColumnKind.Long => "bigint",
        ColumnKind.Double => "float",
        // Of type max, they would be compared after a scan instead of looked up, and a key's range lock would be the whole index.
        ColumnKind.Name => "nvarchar(450)",
        ColumnKind.Hash => "char(64)",
        _ => "nvarchar(max)",
    };

    private static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null: break; // a missing member opens as NULL
            case Guid id: json.WriteString(name, id.ToString("N")); break;
            case byte[] bytes: json.WriteString(name, Convert.ToHexString(bytes)); break;
            case string text: json.WriteString(name, text); break;
            case int number: json.WriteNumber(name, number); break;
            case long number: json.WriteNumber(name, number); break;
            case double number: json.WriteNumber(name, number); break;
            default: throw new NotSupportedException($"A page cannot carry {value.GetType()}.");
        }
    }
}
