using System.Globalization;
using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using Egress;

namespace DeliveryEngine.Sending;

/// <summary>
/// Posts one attempt and says what came of it: a Standard Webhooks 1.0.0 request with the stored bytes, signed for this attempt. It never throws.
/// </summary>
internal sealed partial class Courier(EgressClient egress, SigningSecrets secrets, DeliveriesOptions options, TimeProvider clock, ILogger<Courier> logger)
{
    private static readonly string UserAgent = $"Webhooks/{typeof(Courier).Assembly.GetName().Version?.ToString(3)}";

    public async Task<Outcome> PostAsync(Parcel parcel, DateTimeOffset at, CancellationToken abandon)
    {
        try
        {
            var request = await RequestAsync(parcel, at);
            return Read(await egress.SendAsync(request, options.Timeout, abandon));
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return new Outcome.OurFault("engine_stopped");
        }
        catch (Exception error)
        {
            // The key ring or the database: the receiver is not to blame and loses nothing.
            Log.NotSent(logger, parcel.Delivery.Id.ToString(), error);
            return new Outcome.OurFault("own_fault");
        }
    }

    private async ValueTask<EgressRequest> RequestAsync(Parcel parcel, DateTimeOffset at)
    {
        var (id, seconds) = (parcel.WebhookId, at.ToUnixTimeSeconds());
        var signing = await secrets.ForAsync(parcel.Delivery.TenantId, parcel.Letter.Private);
        List<KeyValuePair<string, string>> headers =
        [
            new("webhook-id", id),
            new("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture)),
            new("webhook-signature", signing.Sign(id, seconds, parcel.Letter.Body)),
            new("user-agent", UserAgent),
        ];
        if (signing.Headers is { } own)
            headers.AddRange(own);
        return new EgressRequest
        {
            Url = new Uri(parcel.Letter.Url), Headers = headers, Body = parcel.Letter.Body, ContentType = "application/json",
        };
    }

    private Outcome Read(EgressAnswer answer) => answer switch
    {
        EgressAnswer.Answered answered => Read(answered) with
        {
            Excerpt = Outcomes.Excerpt.Of(answered.Body.Span), Directive = DirectiveOf(answered.Headers.First("webhook-delivery")),
        },
        EgressAnswer.Failed { Error: EgressError.BlockedAddress } failed => new Outcome.Blocked(failed.Detail),
        EgressAnswer.Failed { Error: EgressError.ResolverFailed or EgressError.InvalidRequest } failed => new Outcome.OurFault(failed.Error.ToCode()),
        EgressAnswer.Failed failed => new Outcome.Unreached(failed.Error.ToCode()),
        _ => throw new NotSupportedException(answer.ToString()),
    };

    private Outcome Read(EgressAnswer.Answered answered) => answered.Status is >= 200 and <= 299
        ? new Outcome.Accepted(answered.Status)
        : new Outcome.Refused(answered.Status, RetryAfter.Read(answered.Headers.First("retry-after"), clock.GetUtcNow()));

    private static Directive DirectiveOf(string? value) => value?.Trim().ToLowerInvariant() switch
    {
        "disable" => Directive.Disable,
        "abort-message" => Directive.Abort,
        _ => Directive.None,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Delivery {DeliveryId} could not be sent through a fault of ours.")]
        public static partial void NotSent(ILogger logger, string deliveryId, Exception error);
    }
}
