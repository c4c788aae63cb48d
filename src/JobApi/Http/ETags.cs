using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace JobApi.Http;

/// <summary>The version of a job as an entity tag (RFC 9110, section 8.8.3).</summary>
internal static class ETags
{
    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"v{version}\"");

    /// <summary>
    /// Whether <c>If-None-Match</c> names this version, by the weak comparison that RFC 9110, section 13.1.2 asks for. What can't be read
    /// names nothing.
    /// </summary>
    public static bool IsKnown(HttpRequest request, int version)
    {
        var header = request.Headers.IfNoneMatch;
        if (header.Count == 0 || !EntityTagHeaderValue.TryParseList(header, out var tags))
            return false;
        var current = Of(version);
        return tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == current);
    }

    /// <summary>Whether <c>If-Match</c> lets the request through: there is none, or it names this, strongly (RFC 9110, section 13.1.1).</summary>
    public static bool MayMatch(HttpRequest request, int version) =>
        request.Headers.IfMatch.Count == 0
        || EntityTagHeaderValue.TryParseList(request.Headers.IfMatch, out var tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || !tag.IsWeak && tag.Tag == Of(version));
}
