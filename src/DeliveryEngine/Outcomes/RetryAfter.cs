using System.Globalization;

namespace DeliveryEngine.Outcomes;

/// <summary>Reads <c>Retry-After</c> (RFC 9110, section 10.2.3): seconds, or a date.</summary>
internal static class RetryAfter
{
    /// <summary>The three forms of a date that RFC 9110, section 5.6.7, has recipients accept; the last two are obsolete.</summary>
    private static readonly string[] Dates = ["R", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    /// <summary>The wait that was asked for; null where the header is missing or malformed, zero for a date that has passed.</summary>
    public static TimeSpan? Read(string? value, DateTimeOffset now)
    {
        if (value is null)
            return null;
        var text = value.Trim();
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
            return int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        if (!DateTimeOffset.TryParseExact(
            text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date))
            return null;
        return date > now ? date - now : TimeSpan.Zero;
    }
}
