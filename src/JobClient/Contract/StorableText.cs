using System.Buffers;
using System.Text;

namespace Webhooks.Contract;

/// <summary>Text that every database keeps as it is: PostgreSQL can't hold U+0000, and none agrees about half a surrogate pair.</summary>
internal static class StorableText
{
    public static bool Is(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            return false;
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var plain = rest.IndexOfAnyInRange('\ud800', '\udfff');
            if (plain < 0)
                return true;
            if (Rune.DecodeFromUtf16(rest[plain..], out _, out var length) != OperationStatus.Done)
                return false;
            rest = rest[(plain + length)..];
        }
        return true;
    }

    /// <summary>What a handler says, made to fit: cut, and cleaned of what no database takes. Lengths are UTF-16 units.</summary>
    public static string Fit(string text, int longest)
    {
        var cut = text.Length <= longest ? text : char.IsHighSurrogate(text[longest - 1]) ? text[..(longest - 1)] : text[..longest];
        return Is(cut) ? cut : Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(cut)).Replace('\0', '\ufffd');
    }
}
