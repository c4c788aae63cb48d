using JobApi.Settings;
using Microsoft.Extensions.Options;

namespace JobApi.Streams;

/// <summary>
/// Lets pages of other origins read a stream by its URL (Fetch standard, CORS). The token in it is all that grants anything, no cookie is ever looked at,
/// so any origin may by default; <c>Api:StreamOrigins</c> names those that may instead.
/// </summary>
internal sealed class StreamOrigins(RequestDelegate next, IOptions<ApiOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Query.ContainsKey(StreamToken.Parameter))
            return next(context);
        var isPreflight = IsPreflight(context.Request);
        if (isPreflight || context.GetEndpoint()?.Metadata.GetMetadata<TakesStreamToken>() is not null)
            Allow(context.Request.Headers.Origin.ToString(), context.Response.Headers);
        return isPreflight ? AnswerPreflight(context.Response) : next(context);
    }

    /// <summary>An <c>EventSource</c> doesn't ask beforehand; a page that reads the stream with <c>fetch</c> and says where it was does.</summary>
    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey("Access-Control-Request-Method")
        && request.Path.StartsWithSegments("/jobs", StringComparison.Ordinal, out var rest) && rest.Value!.EndsWith("/events", StringComparison.Ordinal);

    private static Task AnswerPreflight(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = "GET";
        response.Headers.AccessControlAllowHeaders = "Last-Event-ID, Cache-Control";
        response.Headers.AccessControlMaxAge = "600";
        return Task.CompletedTask;
    }

    private void Allow(string origin, IHeaderDictionary headers)
    {
        if (options.Value.StreamOrigins is not { Length: > 0 } allowed)
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }
        headers.Append("Vary", "Origin");
        if (allowed.Contains(origin, StringComparer.OrdinalIgnoreCase))
            headers.AccessControlAllowOrigin = origin;
    }
}
