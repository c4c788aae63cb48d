using System.Text;

namespace JobApi.Http;

/// <summary>What text may be stored: the same on every database.</summary>
internal static class TextRules
{
    /// <summary>PostgreSQL can't hold U+0000, and none agrees about half a surrogate pair; lengths are UTF-16 units, as SQL Server counts.</summary>
    public static Problem? Fault(string field, string text, int longest)
    {
        if (text.Length == 0 || text.Length > longest)
            return Problem.Refused($"{field}: must have 1 to {longest} characters.");
        return Storable(text) ? null : Problem.Refused($"{field}: must not contain U+0000 or half of a surrogate pair.");
    }

    public static bool Storable(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            return false;
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var plain = rest.IndexOfAnyInRange('\ud800', '\udfff');
            if (plain < 0)
                return true;
            if (Rune.DecodeFromUtf16(rest[plain..], out _, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[(plain + length)..];
        }
        return true;
    }

    /// <summary>Text of our own handlers, made to fit: cut, and cleaned of what no database takes.</summary>
    public static string Fit(string text, int longest)
    {
        var cut = text.Length <= longest ? text : char.IsHighSurrogate(text[longest - 1]) ? text[..(longest - 1)] : text[..longest];
        return Storable(cut) ? cut : Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(cut)).Replace('\0', '\ufffd');
    }
}
