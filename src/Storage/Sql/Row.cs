using System.Data.Common;

namespace Storage.Sql;

/// <summary>One row of an answer, read column by column in the order of the select list.</summary>
internal sealed class Row(DbDataReader reader, Dialect dialect)
{
    private int _next;

    public Row Start()
    {
        _next = 0;
        return this;
    }

    public Id<T> Id<T>()
        where T : INamed => new(dialect.ReadId(reader, _next++));

    public Id<T>? MaybeId<T>()
        where T : INamed => Missing() ? null : Id<T>();

    public int Int() => reader.GetInt32(_next++);

    public int? MaybeInt() => Missing() ? null : Int();

    public long Long() => reader.GetInt64(_next++);

    public double? MaybeDouble() => Missing() ? null : reader.GetDouble(_next++);

    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(Long());

    public DateTimeOffset? MaybeTime() => Missing() ? null : Time();

    public string Text() => reader.GetString(_next++);

    public string? MaybeText() => Missing() ? null : Text();

    public byte[] Bytes() => reader.GetFieldValue<byte[]>(_next++);

    public byte[]? MaybeBytes() => Missing() ? null : Bytes();

    private bool Missing()
    {
        if (!reader.IsDBNull(_next))
            return false;
        _next++;
        return true;
    }
}
