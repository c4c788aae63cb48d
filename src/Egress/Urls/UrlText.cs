using System.Globalization;

namespace Egress;

/// <summary>
/// The parts of an <c>http</c> or <c>https</c> URL, cut out of the raw text. <see cref="System.Uri"/> only sees what passed here: it
/// trims, drops user names, folds backslashes, and on Linux reads <c>/etc/passwd</c> as an absolute URI.
/// </summary>
/// <param name="Https">Whether the scheme is <c>https</c>.</param>
/// <param name="Host">As written; without the brackets where there are some.</param>
/// <param name="Bracketed">Whether the host stood in brackets.</param>
/// <param name="Port">As written, or the scheme's own.</param>
/// <param name="Rest">Path and query, as written; may be empty.</param>
internal readonly record struct UrlText(bool Https, string Host, bool Bracketed, int Port, string Rest)
{
    private const int MostPortDigits = 5;

    public static Refusal? Read(string url, out UrlText text)
    {
        text = default;
        if (HasBadCharacter(url)) return UrlRefusals.BadCharacter;

        var colon = SchemeLength(url);
        if (colon < 0) return UrlRefusals.NotAbsolute;
        var scheme = url.AsSpan(0, colon);
        var https = scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        if (!https && !scheme.Equals("http", StringComparison.OrdinalIgnoreCase)) return UrlRefusals.Scheme;
        if (!url.AsSpan(colon).StartsWith("://")) return UrlRefusals.NotAbsolute;

        var start = colon + "://".Length;
        var length = url.AsSpan(start).IndexOfAny("/?#");
        var end = length < 0 ? url.Length : start + length;
        if (url.AsSpan(start, end - start).Contains('@')) return UrlRefusals.Userinfo;
        if (url.AsSpan(end).Contains('#')) return UrlRefusals.Fragment;
        return ReadAuthority(url.AsSpan(start, end - start), https, url[end..], out text);
    }

    private static Refusal? ReadAuthority(ReadOnlySpan<char> authority, bool https, string rest, out UrlText text)
    {
        text = default;
        var bracketed = authority.StartsWith('[');
        var hostEnd = bracketed ? authority.IndexOf(']') : authority.IndexOf(':');
        if (bracketed && hostEnd < 0) return UrlRefusals.BadAuthority;
        if (hostEnd < 0) hostEnd = authority.Length;

        var host = bracketed ? authority[1..hostEnd] : authority[..hostEnd];
        var after = bracketed ? authority[(hostEnd + 1)..] : authority[hostEnd..];
        var port = https ? 443 : 80;
        if (host.IsEmpty || !TryReadPort(after, ref port)) return UrlRefusals.BadAuthority;

        text = new UrlText(https, host.ToString(), bracketed, port, rest);
        return null;
    }

    /// <summary><c>:8080</c>, or nothing. A lone colon means the scheme's own port (RFC 3986 section 3.2.3).</summary>
    private static bool TryReadPort(ReadOnlySpan<char> text, ref int port)
    {
        if (text.IsEmpty) return true;
        if (text[0] != ':') return false;
        var digits = text[1..];
        if (digits.IsEmpty) return true;
        return digits.Length <= MostPortDigits
            && !digits.ContainsAnyExceptInRange('0', '9')
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= ushort.MaxValue;
    }

    /// <summary>The length of a scheme (RFC 3986 section 3.1: a letter, then letters, digits, <c>+ - .</c>), or -1 without one.</summary>
    private static int SchemeLength(ReadOnlySpan<char> url)
    {
        if (!char.IsAsciiLetter(url[0])) return -1;
        for (var i = 1; i < url.Length; i++)
        {
            if (url[i] == ':') return i;
            if (!char.IsAsciiLetterOrDigit(url[i]) && url[i] is not ('+' or '-' or '.')) return -1;
        }
        return -1;
    }

    private static bool HasBadCharacter(ReadOnlySpan<char> url)
    {
        for (var i = 0; i < url.Length; i++)
        {
            var c = url[i];
            if (c == '\\' || char.IsControl(c) || char.IsWhiteSpace(c) || IsDirectionMark(c)) return true;
            if (!char.IsSurrogate(c)) continue;
            if (i + 1 == url.Length || !char.IsSurrogatePair(c, url[++i])) return true;
        }
        return false;
    }

    /// <summary>Characters that turn the reading direction; <see cref="System.Uri"/> silently drops them.</summary>
    private static bool IsDirectionMark(char c) =>
        c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\ufeff';
}
