using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Egress;
using JobApi.Http;
using Microsoft.Extensions.Options;
using Webhooks.Handlers;

namespace JobApi.HttpCalls;

/// <summary>
/// Jobs of type <c>http.request</c>: a slow HTTP call on behalf of an agent, through the same guard as deliveries. Any answer is a success;
/// only a call that got none, or more than 1 MiB, fails.
/// </summary>
internal sealed class HttpCallHandler(UrlRules urls, EgressClient client, IOptions<EgressOptions> options) : IJobHandler<HttpCall, HttpCallResult>
{
    public const string Type = "http.request";

    /// <summary>The same product token as deliveries have: a call to our own doors would feed itself, and is refused there.</summary>
    private readonly string _agent = UserAgent.Of(options.Value, Type);

    /// <summary>The job's own timeout ends the call; this only bounds what can't be bound otherwise.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public async Task<HttpCallResult> RunAsync(HttpCall input, JobContext context)
    {
        var request = Request(input, context.IdempotencyToken);
        return await client.SendAsync(request, Longest, context.Stop) switch
        {
            EgressAnswer.Answered answer => Result(answer),
            EgressAnswer.Failed failed => throw new JobFailedException(
                failed.Error.ToCode(), $"The call got no answer: {failed.Detail}.", retryable: MayPass(failed.Error)),
            var other => throw new NotSupportedException(other.GetType().Name),
        };
    }

    private EgressRequest Request(HttpCall input, string token)
    {
        var method = input.Method ?? "GET";
        if (MethodRules.Check(method) is { } badMethod)
            throw Refused(badMethod, "method");
        var headers = input.Headers?.ToList() ?? [];
        var contentType = headers.Find(IsContentType).Value;
        headers.RemoveAll(IsContentType);
        if (HeaderRules.CheckAll(headers) is { } badHeader)
            throw Refused(badHeader, "headers");
        if (!headers.Exists(h => h.Key.Equals("Idempotency-Key", StringComparison.OrdinalIgnoreCase)))
            headers.Add(new("Idempotency-Key", token));
        headers.Add(new("User-Agent", _agent));
        var (body, usualType) = Content(input.Body);
        return new()
        {
            Method = new HttpMethod(method.ToUpperInvariant()), Url = Url(input.Url), Headers = headers, Body = body,
            ContentType = contentType ?? usualType, MaxResponseBytes = EgressRequest.JobResponseBytes, WholeResponse = true,
        };
    }

    private static bool IsContentType(KeyValuePair<string, string> header) =>
        header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);

    private Uri Url(string url) => urls.Check(url) switch
    {
        UrlVerdict.Ok ok => ok.Uri,
        // An address is blocked alike, whether it stands in the URL or behind a name.
        UrlVerdict.Refused { Code: "address_not_allowed" } refused =>
            throw new JobFailedException(EgressError.BlockedAddress.ToCode(), $"url: {refused.Sentence}", retryable: false),
        UrlVerdict.Refused refused => throw Refused(refused.Why, "url"),
        var other => throw new NotSupportedException(other.GetType().Name),
    };

    /// <summary>A string is sent as the text that it is, anything else as JSON.</summary>
    private static (ReadOnlyMemory<byte> Body, string? ContentType) Content(JsonElement? body) => body switch
    {
        null or { ValueKind: JsonValueKind.Null } => (default, null),
        { ValueKind: JsonValueKind.String } text => (Encoding.UTF8.GetBytes(text.GetString()!), "text/plain; charset=utf-8"),
        { } json => (JsonText.Minified(json), "application/json"),
    };

    private static HttpCallResult Result(EgressAnswer.Answered answer)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in answer.Headers.All())
            headers[name.ToLowerInvariant()] = value;
        var isText = Utf8.IsValid(answer.Body.Span);
        return new()
        {
            Status = answer.Status, Headers = headers, Body = isText ? Encoding.UTF8.GetString(answer.Body.Span) : null,
            BodyBase64 = isText ? null : Convert.ToBase64String(answer.Body.Span),
        };
    }

    /// <summary>Whether another attempt may do better. The request may have been sent: that is what the Idempotency-Key is for.</summary>
    private static bool MayPass(EgressError error) =>
        error is not (EgressError.BlockedAddress or EgressError.ResponseTooLarge or EgressError.InvalidRequest);

    private static JobFailedException Refused(Refusal refusal, string member) =>
        new(refusal.Code, $"{member}: {refusal.Sentence}", retryable: false);
}
