using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Webhooks.Contract;

namespace JobApi.Http;

/// <summary>
/// An error as every route answers it: <c>application/problem+json</c> (RFC 9457) with a stable code and a sentence that names the field
/// and the rule.
/// </summary>
internal sealed class Problem(int status, string code, string detail) : IResult
{
    public const string ContentType = "application/problem+json";

    private static readonly JsonTypeInfo<ProblemDocument> Shape =
        (JsonTypeInfo<ProblemDocument>)ContractJson.Options.GetTypeInfo(typeof(ProblemDocument));

    public int Status => status;

    public string Code => code;

    /// <summary>When to ask again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The request isn't what the route reads at all.</summary>
    public static Problem Malformed(string detail, string code = ProblemCodes.InvalidRequest) =>
        new(StatusCodes.Status400BadRequest, code, detail);

    /// <summary>The request is well-formed, but a rule refuses a value.</summary>
    public static Problem Refused(string detail, string code = ProblemCodes.InvalidRequest) =>
        new(StatusCodes.Status422UnprocessableEntity, code, detail);

    /// <summary>Unknown, malformed or another tenant's: no caller can tell which.</summary>
    public static Problem NoSuch(string what) => new(StatusCodes.Status404NotFound, ProblemCodes.NotFound, $"There is no such {what}.");

    public static Problem Conflict(string code, string detail, TimeSpan? retryAfter = null) =>
        new(StatusCodes.Status409Conflict, code, detail) { RetryAfter = retryAfter };

    /// <summary>The database did not answer in time; what it has done, nobody knows.</summary>
    private static Problem Unavailable { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "unavailable",
        "The service could not answer in time; most likely its database does not answer. The request may have been carried out all the same: repeat it "
        + "with its Idempotency-Key, or look first.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>The problem of a status that a framework answered without a body.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Malformed("The request could not be read."),
        StatusCodes.Status404NotFound => new(status, ProblemCodes.NotFound, "There is nothing here."),
        StatusCodes.Status405MethodNotAllowed => new(status, "method_not_allowed", "This address has other methods; the Allow header names them."),
        StatusCodes.Status408RequestTimeout => new(status, "request_timeout", "The request arrived too slowly."),
        StatusCodes.Status413PayloadTooLarge => new(status, "body_too_large", "The body is larger than this route takes."),
        StatusCodes.Status415UnsupportedMediaType => new(status, "unsupported_media_type", "The body must be sent as application/json."),
        StatusCodes.Status503ServiceUnavailable => Unavailable,
        >= 500 => new(status, "internal_error", "Something went wrong on our side. The request may be repeated."),
        _ => new(status, ProblemCodes.InvalidRequest, "The request was refused."),
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var document = new ProblemDocument
        {
            Type = $"/problems/{code}", Title = ReasonPhrases.GetReasonPhrase(status), Status = status, Detail = detail, Code = code,
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, Shape);
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
    }
}
