using System.Diagnostics.CodeAnalysis;
using JobApi.Http;
using Microsoft.Net.Http.Headers;

namespace JobApi.Results;

/// <summary>What kind of bytes a worker says that its result is.</summary>
internal static class MediaType
{
    public const string Json = "application/json";
    private const string Unknown = "application/octet-stream";
    private const int Longest = 255;

    public static readonly string Sentence = $"Content-Type: must be one media type of at most {Longest} visible ASCII characters.";

    /// <summary>The type as it is given out again: one media type in visible ASCII; without one, nobody knows.</summary>
    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out string? type, [NotNullWhen(false)] out Problem? fault)
    {
        (type, fault) = (Unknown, null);
        var header = request.Headers.ContentType;
        if (header.Count == 0)
            return true;
        if ((type = header is [{ } text] ? Read(text) : null) is null)
            fault = Problem.Malformed(Sentence);
        return fault is null;
    }

    /// <summary>Null for what is no media type.</summary>
    public static string? Read(string text) =>
        text.Length <= Longest && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
        && MediaTypeHeaderValue.TryParse(text, out var read) && read is { MatchesAllTypes: false, MatchesAllSubTypes: false } ? read.ToString() : null;

    /// <summary>JSON is data to every browser; anything else might be a page to one.</summary>
    public static bool IsJson(string type) => MediaTypeHeaderValue.TryParse(type, out var read)
        && read.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
        && (read.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || read.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));
}
