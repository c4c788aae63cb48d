namespace WebhookVerifier;

/// <summary>
/// A <c>webhook-timestamp</c>: seconds since 1970, in canonical decimal. One to twelve ASCII digits, no sign, no leading zero, nothing
/// around them; the framework's integer parser would take white space, signs and trailing NULs.
/// </summary>
internal static class Timestamp
{
    /// <summary>
    /// The last second of the year 9999. A time in milliseconds lies beyond it, and is refused instead of being "too new".
    /// </summary>
    internal const long Latest = 253_402_300_799;

    internal const int MostDigits = 12;

    internal static bool IsValid(long seconds) => seconds is >= 0 and <= Latest;

    internal static bool TryParse(string text, out long seconds)
    {
        seconds = 0;
        if (text.Length is 0 or > MostDigits || (text[0] == '0' && text.Length > 1)) return false;

        foreach (var c in text)
        {
            if (c is < '0' or > '9') return false;
            seconds = seconds * 10 + (c - '0');
        }

        return IsValid(seconds);
    }
}
