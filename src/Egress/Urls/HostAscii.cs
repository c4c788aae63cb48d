using System.Globalization;
using System.Text;

namespace Egress;

/// <summary>
/// The lower-case ASCII form of a host (UTS 46). Where the runtime has ICU, that is <see cref="IdnMapping"/>. Where it has not (small
/// containers run with invariant globalization) <see cref="IdnMapping"/> encodes without mapping first, and would take a full-width
/// <c>localhost</c> for a public name; there we map the little we know for certain and refuse the rest.
/// </summary>
internal static class HostAscii
{
    /// <summary>The one letter whose lower case is not what it maps to: versions of UTS 46 differ between ss and ß.</summary>
    private const char CapitalSharpS = '\u1e9e';

    private static readonly IdnMapping mapping = new();
    private static readonly bool hasTables = Encode("\uff4c") == "l";

    /// <returns>The ASCII form, or null where there is none, or none that is known for certain.</returns>
    public static string? From(string host)
    {
        if (Ascii.IsValid(host)) return host.ToLowerInvariant();
        return hasTables ? Encode(host) : FromWithoutTables(host);
    }

    /// <summary>What an <c>xn--</c> label shows, or null where it shows nothing.</summary>
    public static string? ToUnicode(string label)
    {
        try
        {
            return mapping.GetUnicode(label);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    internal static string? FromWithoutTables(string host)
    {
        var folded = new StringBuilder(host.Length);
        foreach (var c in host)
        {
            if (IsIgnored(c)) continue;
            var lower = char.ToLowerInvariant(Fold(c));
            if (c == CapitalSharpS || (!char.IsAscii(lower) && !MapsToItself(lower))) return null;
            folded.Append(lower);
        }
        var text = folded.ToString();
        return Ascii.IsValid(text) ? text : Encode(text);
    }

    private static string? Encode(string host)
    {
        try
        {
            return mapping.GetAscii(host).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsIgnored(char c) => c is '\u00ad' or '\u200b' or '\u2060';

    private static char Fold(char c) => c switch
    {
        '\u3002' or '\uff61' => '.',
        >= '\uff01' and <= '\uff5e' => (char)(c - '\uff01' + '!'),
        '\u24ea' => '0',
        >= '\u2460' and <= '\u2468' => (char)(c - '\u2460' + '1'),
        _ => c,
    };

    /// <summary>
    /// What every version of UTS 46 keeps, alone and beside each other: lower-case letters of Latin, Greek, Cyrillic, kana, Han and
    /// Hangul, and the digits of all scripts. No combining marks, since composing them takes tables.
    /// </summary>
    internal static bool MapsToItself(char c) => c switch
    {
        '\u00f7' or '\u0133' or '\u0140' or '\u0149' or '\u017f' => false,
        >= '\u00df' and <= '\u017e' => char.IsLower(c),
        >= '\u03b1' and <= '\u03c9' => true,
        >= '\u0430' and <= '\u045f' => true,
        >= '\u3041' and <= '\u3096' => true,
        >= '\u30a1' and <= '\u30fa' => true,
        >= '\u4e00' and <= '\u9fff' => true,
        >= '\uac00' and <= '\ud7a3' => true,
        _ => char.IsDigit(c),
    };
}
