using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace JobApi.Http;

/// <summary>JSON as bytes, where the parser's view of it is not enough.</summary>
internal static class JsonText
{
    /// <summary>
    /// Whether an escape names half of a surrogate pair (RFC 8259, section 8.2). One database stores such text and another refuses it,
    /// so nothing lets it in. Escapes only occur inside strings, so no parser is needed.
    /// </summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf((byte)'\\'); at >= 0 && at + 1 < json.Length; at = Next(json, at))
        {
            if (!IsEscaped(json, at, out var unit) || !char.IsSurrogate(unit))
                at += 2;
            else if (char.IsHighSurrogate(unit) && IsEscaped(json, at + 6, out var second) && char.IsLowSurrogate(second))
                at += 12;
            else
                return true;
        }
        return false;
    }

    /// <summary>The value without the white space between its tokens; numbers and strings stay as they were sent.</summary>
    public static byte[] Minified(JsonElement value)
    {
        var text = JsonMarshal.GetRawUtf8Value(value);
        var minified = new byte[text.Length];
        var length = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var b = text[i];
            if (b == '"')
                quoted = !quoted;
            else if (quoted && b == '\\')
                minified[length++] = text[i++];
            else if (!quoted && b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
                continue;
            minified[length++] = text[i];
        }
        return length == minified.Length ? minified : minified[..length];
    }

    private static int Next(ReadOnlySpan<byte> json, int from)
    {
        if (from >= json.Length)
            return -1;
        var next = json[from..].IndexOf((byte)'\\');
        return next < 0 ? -1 : from + next;
    }

    private static bool IsEscaped(ReadOnlySpan<byte> json, int at, out char unit)
    {
        unit = default;
        if (at + 6 > json.Length || json[at] != '\\' || json[at + 1] != 'u'
            || !ushort.TryParse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        unit = (char)value;
        return true;
    }
}
