using Microsoft.Net.Http.Headers;

namespace JobApi.Streams;

/// <summary>Which of the two forms of a job's events the caller asks for (RFC 9110, section 12.5.1).</summary>
internal static class Negotiation
{
    public const string EventStream = "text/event-stream";

    /// <summary>A stream is for whoever names it, and prefers it to JSON or has no preference.</summary>
    public static bool AsksForStream(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return false;
        var stream = accepted.Where(a => a.MediaType.Equals(EventStream, StringComparison.OrdinalIgnoreCase)).Select(Quality).DefaultIfEmpty().Max();
        return stream > 0 && stream >= OfJson(accepted);
    }

    private static double OfJson(IList<MediaTypeHeaderValue> accepted) =>
        accepted.Where(a => a.MatchesMediaType("application/json")).OrderBy(a => a.MatchesAllTypes).ThenBy(a => a.MatchesAllSubTypes)
            .Select(Quality).FirstOrDefault();

    private static double Quality(MediaTypeHeaderValue accepted) => accepted.Quality ?? 1;
}
