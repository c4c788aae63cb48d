using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using Storage.Deliveries;

namespace DeliveryEngine.Sending;

/// <summary>The row that an attempt leaves: begun before the POST, finished after it.</summary>
internal static class AttemptRows
{
    public static Attempt Begun(OwedDelivery delivery, DateTimeOffset now, string engine) => new()
    {
        DeliveryId = delivery.Id, Number = delivery.LastNumber + 1, Round = delivery.Round, StartedAt = now, Engine = engine,
    };

    /// <summary>Null where nothing was sent, so that the row goes away again.</summary>
    public static Attempt? Finished(Parcel parcel, Outcome outcome, DateTimeOffset startedAt, TimeSpan took, string engine)
    {
        if (outcome is Outcome.NotSent or Outcome.KnownGone)
            return null;
        var (status, error) = outcome switch
        {
            Outcome.Accepted accepted => (accepted.Status, null),
            Outcome.Refused refused => (refused.Status, "http_status"),
            Outcome.Unreached unreached => ((int?)null, unreached.Why),
            Outcome.Blocked => (null, "blocked_address"),
            Outcome.OurFault fault => (null, fault.Why),
            _ => throw new NotSupportedException(outcome.ToString()),
        };
        return new()
        {
            DeliveryId = parcel.Delivery.Id, Number = parcel.Number, Round = parcel.Delivery.Round, StartedAt = startedAt,
            FinishedAt = startedAt + took, DurationMs = (int)took.TotalMilliseconds, StatusCode = status, Error = error, Excerpt = outcome.Excerpt,
            Engine = engine,
        };
    }
}
