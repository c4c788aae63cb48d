using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WebhookVerifier.AspNetCore;

/// <summary>The raw bytes of a request, up to a limit that holds with and without a Content-Length.</summary>
internal static class LimitedBody
{
    /// <summary>
    /// The body, or <see langword="null"/> when it is longer than the limit. Memory follows what has arrived, not what was announced.
    /// </summary>
    internal static async Task<byte[]?> ReadAsync(HttpContext http, int limit)
    {
        if (http.Request.ContentLength > limit) return null;
        LimitServer(http, limit);

        try
        {
            var reader = http.Request.BodyReader;
            var read = await reader.ReadAtLeastAsync(limit + 1, http.RequestAborted);
            var body = read.Buffer.Length <= limit ? read.Buffer.ToArray() : null;
            reader.AdvanceTo(read.Buffer.End);
            return body;
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    // The server counts the framing of chunks too, so its limit is twice ours: the limit that tells is above,
    // and this one ends the draining of a body that nobody wants.
    private static void LimitServer(HttpContext http, int limit)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            server.MaxRequestBodySize = 2L * limit + 1024;
    }
}
