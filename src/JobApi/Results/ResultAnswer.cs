using System.Globalization;
using JobApi.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Storage.Jobs;
using Storage.Results;

namespace JobApi.Results;

/// <summary>
/// The result of a job, streamed: the whole, a part of it, or <c>304</c> to a reader who has it. What a worker uploaded is somebody's bytes, and
/// no browser takes them for a page of this service: they are downloads, in a sandbox, of the type that they were given and no other.
/// </summary>
internal sealed class ResultAnswer(Job job, IResultStore store) : IResult
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>A job that has succeeded never changes, so its version stands for these bytes: a strong tag (RFC 9110, section 8.8.1).</summary>
    private readonly string _tag = ETags.Of(job.Version);

    private static readonly Problem Lost = new(
        StatusCodes.Status410Gone, "result_gone", "The bytes of this result are gone from the store.");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var result = Representation.Of(job, store);
        Describe(response.Headers, result);
        if (!ETags.MayMatch(request, job.Version))
            await new Problem(StatusCodes.Status412PreconditionFailed, "precondition_failed", "If-Match: this is not what the result is.").ExecuteAsync(httpContext);
        else if (ETags.IsKnown(request, job.Version))
            response.StatusCode = StatusCodes.Status304NotModified;
        else
            await SendAsync(httpContext, result, RangeOf(request, result));
    }

    private void Describe(IHeaderDictionary headers, Representation result)
    {
        headers.ETag = _tag;
        headers.AcceptRanges = "bytes";
        headers.CacheControl = "private, no-cache";
        headers[Digests.ReprDigest] = Digests.Of(result.Sha256);
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";
        if (!MediaType.IsJson(result.ContentType))
            headers.ContentDisposition = $"attachment; filename=\"{job.Id}\"";
        if (job.ExpiresAt is { } end)
            headers["Sunset"] = end.UtcDateTime.ToString("R", CultureInfo.InvariantCulture); // RFC 8594, section 3
    }

    /// <summary>A range is for GET alone; one that is meant for another version is not meant for this (RFC 9110, section 13.1.5).</summary>
    private ByteRange RangeOf(HttpRequest request, Representation result)
    {
        var ifRange = request.Headers.IfRange;
        return HttpMethods.IsGet(request.Method) && request.Headers.Range is [var range] && (ifRange.Count == 0 || ifRange == _tag)
            ? ByteRange.Of(range, result.Length)
            : new ByteRange.Whole();
    }

    private static Task SendAsync(HttpContext context, Representation result, ByteRange range)
    {
        switch (range)
        {
            case ByteRange.Unsatisfiable:
                context.Response.Headers.ContentRange = $"bytes */{result.Length}";
                context.Response.Headers.Remove("Content-Disposition");
                return new Problem(
                    StatusCodes.Status416RangeNotSatisfiable, "range_not_satisfiable", $"Range: the result has {result.Length} bytes.").ExecuteAsync(context);
            case ByteRange.Part part:
                context.Response.StatusCode = StatusCodes.Status206PartialContent;
                context.Response.Headers.ContentRange = $"bytes {part.From}-{part.From + part.Length - 1}/{result.Length}";
                return CopyAsync(context, result, part.From, part.Length);
            default:
                return CopyAsync(context, result, 0, result.Length);
        }
    }

    private static async Task CopyAsync(HttpContext context, Representation result, long from, long length)
    {
        await using var content = result.OpenAt(from);
        if (content is null)
        {
            context.Response.Headers.Clear();
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await Lost.ExecuteAsync(context);
            return;
        }
        context.Response.ContentType = result.ContentType;
        context.Response.ContentLength = length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await StreamCopyOperation.CopyToAsync(content, context.Response.Body, length, BufferBytes, context.RequestAborted);
    }
}
