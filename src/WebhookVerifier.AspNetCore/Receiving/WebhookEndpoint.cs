using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace WebhookVerifier.AspNetCore;

/// <summary>
/// One request's way: read, verify, read the event, claim it, handle it, settle the claim. No body and no secret is ever logged.
/// </summary>
internal sealed partial class WebhookEndpoint(
    Verifier verifier, EventReader reader, IDeduplication deduplication, TimeProvider clock,
    WebhookEndpointOptions options, ILogger<WebhookEndpoint> logger)
{
    private static readonly string[] SignedHeaders = [WebhookHeaders.Id, WebhookHeaders.Timestamp, WebhookHeaders.Signature];

    internal async Task ReceiveAsync(HttpContext http)
    {
        var answer = await AnswerAsync(http);
        await answer.ExecuteAsync(http);
    }

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        if (await LimitedBody.ReadAsync(http, options.BodyLimit) is not { } body)
            return Refuse(StatusCodes.Status413PayloadTooLarge, "body_too_large");

        var verdict = verifier.Verify(Signed(http.Request.Headers), body, clock);
        if (verdict is not Verdict.Ok) return Refuse(StatusOf(verdict), verdict.ToCode());

        var id = http.Request.Headers[WebhookHeaders.Id].ToString();
        if (reader(id, body) is not { } handling) return Refuse(StatusCodes.Status400BadRequest, "unexpected_body");

        var claim = await deduplication.BeginAsync(id, http.RequestAborted);
        return claim.State switch
        {
            ClaimState.New => await HandleAsync(claim, handling, http),
            ClaimState.Done => Repeat(id),
            _ => ComeAgain(id, http.Response),
        };
    }

    private async Task<IResult> HandleAsync(WebhookClaim claim, Handling handling, HttpContext http)
    {
        try
        {
            await handling(http.RequestServices, http.RequestAborted);
        }
        catch (Exception failure)
        {
            LogFailed(claim.Id, failure);
            await deduplication.AbandonAsync(claim, CancellationToken.None);
            return TypedResults.StatusCode(StatusCodes.Status500InternalServerError);
        }

        // The work is done, whether or not the sender still waits for the answer.
        if (await deduplication.CompleteAsync(claim, CancellationToken.None)) LogHandled(claim.Id);
        else LogOvertaken(claim.Id);
        return TypedResults.NoContent();
    }

    private ProblemHttpResult Refuse(int status, string code)
    {
        LogRefused(code, status);
        return TypedResults.Problem(statusCode: status, extensions: [KeyValuePair.Create<string, object?>("code", code)]);
    }

    private NoContent Repeat(string id)
    {
        LogRepeated(id);
        return TypedResults.NoContent();
    }

    private StatusCodeHttpResult ComeAgain(string id, HttpResponse response)
    {
        LogInProgress(id);
        response.Headers.RetryAfter = Math.Ceiling(options.InProgressRetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return TypedResults.StatusCode(StatusCodes.Status409Conflict);
    }

    // 401 when the message is well formed and not believed, 400 when it cannot be read as a signed message at all.
    private static int StatusOf(Verdict verdict) =>
        verdict is Verdict.NoMatch or Verdict.TimestampTooOld or Verdict.TimestampTooNew
            ? StatusCodes.Status401Unauthorized
            : StatusCodes.Status400BadRequest;

    private static IEnumerable<KeyValuePair<string, string>> Signed(IHeaderDictionary headers) =>
        from name in SignedHeaders
        from value in headers[name]
        select KeyValuePair.Create(name, value);

    [LoggerMessage(Level = LogLevel.Information, Message = "Refused a webhook with {Status}: {Code}")]
    private partial void LogRefused(string code, int status);

    [LoggerMessage(Level = LogLevel.Information, Message = "Handled webhook {WebhookId}")]
    private partial void LogHandled(string webhookId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {WebhookId} came again and had been handled")]
    private partial void LogRepeated(string webhookId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {WebhookId} came again while it is being handled")]
    private partial void LogInProgress(string webhookId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The handler of webhook {WebhookId} failed; its next delivery is handled afresh")]
    private partial void LogFailed(string webhookId, Exception failure);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Webhook {WebhookId} was handled after its claim had lapsed, and maybe by another too: make the lease longer")]
    private partial void LogOvertaken(string webhookId);
}
