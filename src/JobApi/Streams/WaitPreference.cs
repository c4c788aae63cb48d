using System.Globalization;

namespace JobApi.Streams;

/// <summary>
/// <c>Prefer: wait=N</c> (RFC 7240, section 4.3): how many seconds the caller would wait for something to happen. What can't be read is no preference;
/// the first one counts (section 2).
/// </summary>
internal static class WaitPreference
{
    private const int Longest = 60;

    /// <summary>0 to 60 s; more is taken as 60. Null where there is no such preference.</summary>
    public static TimeSpan? Read(HttpRequest request)
    {
        foreach (var header in request.Headers["Prefer"])
            foreach (var preference in (header ?? "").Split(','))
                if (TryRead(preference, out var seconds))
                    return TimeSpan.FromSeconds(seconds);
        return null;
    }

    private static bool TryRead(string preference, out int seconds)
    {
        seconds = 0;
        var pair = preference.Split(';')[0].Split('=');
        if (pair.Length != 2 || !pair[0].Trim().Equals("wait", StringComparison.OrdinalIgnoreCase))
            return false;
        var value = pair[1].Trim();
        if (value.Length >= 2 && value[0] == '"' && value[^1] == '"')
            value = value[1..^1];
        if (value.Length == 0 || value.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return false;
        seconds = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, Longest) : Longest;
        return true;
    }
}
