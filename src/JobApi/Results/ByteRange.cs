namespace JobApi.Results;

/// <summary>
/// Which bytes a <c>Range</c> asks for (RFC 9110, section 14.1.2). One range is served. Several at once, another unit and what can't be read are
/// ignored, as section 14.2 allows: the answer is the whole, which costs no more than a plain request, however many ranges there are.
/// </summary>
internal abstract record ByteRange
{
    private const string Unit = "bytes=";

    private ByteRange() { }

    internal sealed record Whole : ByteRange;

    internal sealed record Part(long From, long Length) : ByteRange;

    internal sealed record Unsatisfiable : ByteRange;

    public static ByteRange Of(string? header, long length)
    {
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return new Whole();
        var range = header.AsSpan(Unit.Length).Trim(" \t");
        var dash = range.IndexOf('-');
        if (dash < 0)
            return new Whole();
        var first = range[..dash];
        var last = range[(dash + 1)..];
        if (first.IsEmpty)
            return TryRead(last, out var suffix) ? Suffix(suffix, length) : new Whole();
        var to = long.MaxValue;
        if (!TryRead(first, out var from) || !last.IsEmpty && !TryRead(last, out to) || to < from)
            return new Whole();
        return from >= length ? new Unsatisfiable() : new Part(from, Math.Min(to, length - 1) - from + 1);
    }

    /// <summary>The last bytes: all of them where there are fewer. Of nothing, any suffix is the whole of it.</summary>
    private static ByteRange Suffix(long suffix, long length) =>
        suffix == 0 ? new Unsatisfiable()
        : length == 0 ? new Whole()
        : new Part(Math.Max(0, length - suffix), Math.Min(suffix, length));

    /// <summary>Digits and nothing else; a number beyond all lengths is the largest.</summary>
    private static bool TryRead(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
            return false;
        if (!long.TryParse(text, out number))
            number = long.MaxValue;
        return true;
    }
}
