using System.Buffers;
using System.Collections.Frozen;

namespace Egress;

/// <summary>
/// Decides which headers a tenant may add to a request. <c>TryAddWithoutValidation</c> lets CR LF through to the wire and <c>Add</c>
/// accepts what no send can encode, so this is the wall against header injection.
/// </summary>
internal static class HeaderRules
{
    /// <summary>The most headers of one callback.</summary>
    public const int MostHeaders = 20;

    /// <summary>The most that the headers of one callback may take on the wire, in bytes.</summary>
    public const int MostBytes = 8 * 1024;

    private const int Punctuation = 4; // ": " and CR LF

    /// <summary>RFC 9110 section 5.6.2.</summary>
    private static readonly SearchValues<char> token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly FrozenSet<string> ours = FrozenSet.ToFrozenSet(
    [
        "host", "transfer-encoding", "connection", "te", "trailer", "upgrade", "expect", "keep-alive", "cookie", "user-agent",
        "traceparent", "tracestate", "baggage",
    ], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] ourPrefixes = ["content-", "proxy-", "webhook-"];

    /// <summary>Judges one header.</summary>
    /// <returns>Null where it may be sent, else code <c>header_not_allowed</c>.</returns>
    public static Refusal? Check(string? name, string? value)
    {
        if (!IsToken(name)) return BadName;
        if (IsOurs(name!)) return Ours;
        return IsText(value) ? null : BadValue;
    }

    /// <summary>Judges all headers of a callback: each, then their number, size and that no name comes twice.</summary>
    /// <inheritdoc cref="Check" path="/returns"/>
    public static Refusal? CheckAll(IReadOnlyCollection<KeyValuePair<string, string>> headers)
    {
        if (headers.Count > MostHeaders) return TooMany;
        var names = new HashSet<string>(headers.Count, StringComparer.OrdinalIgnoreCase);
        var bytes = 0L;
        foreach (var (name, value) in headers)
        {
            if (Check(name, value) is { } refusal) return refusal;
            if (!names.Add(name)) return Repeated;
            bytes += name.Length + value.Length + Punctuation;
        }
        return bytes > MostBytes ? TooLarge : null;
    }

    /// <summary>Whether a header can be written without breaking the request apart; our own ones have to pass this too.</summary>
    public static bool IsWellFormed(string? name, string? value) => IsToken(name) && IsText(value);

    /// <summary>Whether a text is a token (RFC 9110 section 5.6.2), as the names of headers and methods are.</summary>
    public static bool IsToken(string? text) => !string.IsNullOrEmpty(text) && !text.AsSpan().ContainsAnyExcept(token);

    private static bool IsText(string? value) => value is not null && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsOurs(string name)
    {
        foreach (var prefix in ourPrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return ours.Contains(name);
    }

    private static readonly Refusal BadName = Refuse("The name of a header may only have letters, digits and !#$%&'*+-.^_`|~.");
    private static readonly Refusal BadValue = Refuse("The value of a header may only have visible ASCII characters and spaces.");
    private static readonly Refusal Ours = Refuse(
        "A header is one that this service or the connection sets itself: host, content-*, transfer-encoding, connection, te, trailer, "
        + "upgrade, expect, keep-alive, proxy-*, cookie, user-agent, webhook-*, traceparent, tracestate or baggage.");
    private static readonly Refusal Repeated = Refuse("A header is named twice; names are the same in upper and lower case.");
    private static readonly Refusal TooMany = Refuse("There are more than 20 headers.");
    private static readonly Refusal TooLarge = Refuse("The headers take more than 8 KiB.");

    private static Refusal Refuse(string sentence) => new("header_not_allowed", sentence);
}
