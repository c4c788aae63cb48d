using System.Text;

namespace DeliveryEngine.Outcomes;

/// <summary>
/// The beginning of an answer as text that can be stored and shown anywhere: at most 4 KiB, what isn't UTF-8 replaced, control characters but
/// tab and line feed left out.
/// </summary>
internal static class Excerpt
{
    private const int MostBytes = 4096;
    private const int ShortestSecret = 8;

    private static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    /// <summary>As <see cref="Of(ReadOnlySpan{byte})"/>, without what the callback's own headers said: a receiver may echo them, and they are secret.</summary>
    public static string? Of(ReadOnlySpan<byte> body, IReadOnlyDictionary<string, string>? secretHeaders)
    {
        var text = Of(body);
        foreach (var (_, value) in secretHeaders ?? NoHeaders)
            if (text is not null && value.Length >= ShortestSecret)
                text = text.Replace(value, "***", StringComparison.Ordinal);
        return text;
    }

    public static string? Of(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            return null;
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MostBytes)]);
        if (!text.Any(char.IsControl))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
            if (c is '\t' or '\n' || !char.IsControl(c))
                clean.Append(c);
        return clean.ToString();
    }
}
