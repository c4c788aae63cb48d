using System.Globalization;
using Storage;

namespace JobApi.Http;

/// <summary>Reads query parameters and remembers the first that a rule refuses.</summary>
/// <param name="all">
/// What was sent, where a parameter that is not read is refused: a list whose filter is misspelt would answer everything, as if it had been filtered.
/// </param>
internal sealed class QueryRules(IQueryCollection? all = null)
{
    public const int DefaultPage = 50;
    public const int LargestPage = 200;

    private readonly HashSet<string> _read = new(StringComparer.OrdinalIgnoreCase);
    private Problem? _fault;

    /// <summary>What is wrong with the query, once all of it was read.</summary>
    public Problem? Fault => _fault ?? all?.Keys.Where(name => !_read.Contains(name)).Select(Unknown).FirstOrDefault();

    public int Limit(string? text) => Number("limit", text, DefaultPage, 1, LargestPage);

    public int Number(string name, string? text, int otherwise, int least, int most)
    {
        _read.Add(name);
        if (text is null)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Refuse(name, $"a whole number from {least} to {most}");
        return otherwise;
    }

    /// <summary>A time with its offset (RFC 3339, section 5.6).</summary>
    public DateTimeOffset? Time(string name, string? text)
    {
        _read.Add(name);
        if (text is null)
            return null;
        string[] forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        if ((text.EndsWith('Z') || text.Length > 6 && text[^6] is '+' or '-')
            && DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        Refuse(name, "a time with its offset, such as 2030-01-02T03:04:05Z");
        return null;
    }

    public T? OneOf<T>(string name, string? text, IEnumerable<T> values, Func<T, string> nameOf)
        where T : struct
    {
        _read.Add(name);
        if (text is null)
            return null;
        foreach (var value in values)
            if (nameOf(value) == text)
                return value;
        Refuse(name, $"one of {string.Join(", ", values.Select(nameOf))}");
        return null;
    }

    public Id<T>? Id<T>(string name, string? text)
        where T : INamed
    {
        _read.Add(name);
        if (text is null)
            return null;
        if (Storage.Id<T>.TryParse(text, out var id))
            return id;
        Refuse(name, $"an id that begins with {T.Prefix}");
        return null;
    }

    /// <summary>Short text that any database can compare with.</summary>
    public string? Text(string name, string? text, int longest)
    {
        _read.Add(name);
        if (text is null || TextRules.Fault(name, text, longest) is null)
            return text;
        Refuse(name, $"text of 1 to {longest} characters");
        return null;
    }

    public Id<T>? After<T>(string? cursor)
        where T : INamed => Position(T.Prefix, cursor) is { } position ? new(position.ToGuid()) : null;

    public UInt128? Position(string list, string? cursor)
    {
        _read.Add("cursor");
        if (cursor is null)
            return null;
        if (Cursor.TryRead(list, cursor, out var position))
            return position;
        RefuseCursor();
        return null;
    }

    /// <summary>Where a list in the order of names goes on.</summary>
    public string? AfterName(string list, string? cursor)
    {
        _read.Add("cursor");
        if (cursor is null)
            return null;
        if (Cursor.TryReadName(list, cursor, out var name))
            return name;
        RefuseCursor();
        return null;
    }

    private Problem Unknown(string name) =>
        Problem.Malformed($"{name[..Math.Min(name.Length, 64)]}: no parameter of this list, which has {string.Join(", ", _read)}.");

    private void RefuseCursor() => _fault ??= Problem.Malformed("cursor: not a cursor of this list; pass next_cursor on as it is.", "invalid_cursor");

    private void Refuse(string name, string rule) => _fault ??= Problem.Malformed($"{name}: must be {rule}.");
}
