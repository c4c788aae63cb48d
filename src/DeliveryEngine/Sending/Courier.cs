using System.Globalization;
using System.Security.Cryptography;
using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using Egress;
using Microsoft.Extensions.Options;

namespace DeliveryEngine.Sending;

/// <summary>
/// Posts one attempt and says what came of it: a Standard Webhooks 1.0.0 request with the stored bytes, signed for this attempt. It never throws.
/// </summary>
internal sealed partial class Courier(
    EgressClient egress, SigningSecrets secrets, DeliveriesOptions options, IOptions<EgressOptions> egressOptions, TimeProvider clock,
    ILogger<Courier> logger)
{
    private readonly string _userAgent = UserAgent.Of(egressOptions.Value);

    public Task<Outcome> PostAsync(Parcel parcel, DateTimeOffset at, CancellationToken abandon) =>
        PostAsync(
            new Posting(parcel.Delivery.TenantId, parcel.WebhookId, parcel.Letter.Url, parcel.Letter.Body, parcel.Letter.Private), at, options.Timeout, abandon);

    public async Task<Outcome> PostAsync(Posting posting, DateTimeOffset at, TimeSpan deadline, CancellationToken abandon)
    {
        try
        {
            var signing = await secrets.ForAsync(posting.Tenant, posting.Private);
            return Read(await egress.SendAsync(Request(posting, signing, at), deadline, abandon), signing);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return new Outcome.OurFault("engine_stopped");
        }
        catch (CryptographicException error)
        {
            // The receiver is not to blame and loses nothing: deliveries wait until the ring is back.
            Log.Unreadable(logger, posting.WebhookId, error);
            return new Outcome.OurFault("own_fault") { Detail = "key_ring_unreadable" };
        }
        catch (Exception error)
        {
            Log.NotSent(logger, posting.WebhookId, error);
            return new Outcome.OurFault("own_fault") { Detail = "internal" };
        }
    }

    private EgressRequest Request(Posting posting, Signing signing, DateTimeOffset at)
    {
        var (id, seconds) = (posting.WebhookId, at.ToUnixTimeSeconds());
        List<KeyValuePair<string, string>> headers =
        [
            new("webhook-id", id),
            new("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture)),
            new("webhook-signature", signing.Sign(id, seconds, posting.Body)),
            new("user-agent", _userAgent),
        ];
        if (signing.Headers is { } own)
            headers.AddRange(own);
        return new EgressRequest { Url = new Uri(posting.Url), Headers = headers, Body = posting.Body, ContentType = "application/json" };
    }

    private Outcome Read(EgressAnswer answer, Signing signing)
    {
        var outcome = answer switch
        {
            EgressAnswer.Answered answered => Read(answered, signing),
            EgressAnswer.Failed { Error: EgressError.BlockedAddress } failed => new Outcome.Blocked(failed.Detail),
            EgressAnswer.Failed { Error: EgressError.ResolverFailed or EgressError.InvalidRequest } failed => new Outcome.OurFault(failed.Error.ToCode()),
            EgressAnswer.Failed failed => new Outcome.Unreached(failed.Error.ToCode(), failed.Status, AskedToWait(failed.Headers))
            {
                Directive = DirectiveOf(failed.Headers),
            },
            _ => throw new NotSupportedException(answer.ToString()),
        };
        return outcome with { Took = answer.Took, Detail = (answer as EgressAnswer.Failed)?.Detail };
    }

    private Outcome Read(EgressAnswer.Answered answered, Signing signing)
    {
        Outcome outcome = answered.Status is >= 200 and <= 299
            ? new Outcome.Accepted(answered.Status)
            : new Outcome.Refused(answered.Status, AskedToWait(answered.Headers));
        return outcome with
        {
            Excerpt = options.KeepResponses ? Excerpt.Of(answered.Body.Span, signing.Headers) : null,
            Directive = DirectiveOf(answered.Headers),
        };
    }

    private TimeSpan? AskedToWait(AnswerHeaders headers) => RetryAfter.Read(headers.First("retry-after"), clock.GetUtcNow());

    private static Directive DirectiveOf(AnswerHeaders headers) => headers.First("webhook-delivery")?.Trim().ToLowerInvariant() switch
    {
        "disable" => Directive.Disable,
        "abort-message" => Directive.Abort,
        _ => Directive.None,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{WebhookId} could not be sent through a fault of ours.")]
        public static partial void NotSent(ILogger logger, string webhookId, Exception error);

        [LoggerMessage(2, LogLevel.Critical, "{WebhookId} waits: its secret can't be opened. Is Security:KeyRing the folder that sealed it?")]
        public static partial void Unreadable(ILogger logger, string webhookId, Exception error);
    }
}
