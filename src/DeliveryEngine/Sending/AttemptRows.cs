using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using Storage;
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
    public static Attempt? Finished(Parcel parcel, Outcome outcome, DateTimeOffset startedAt, TimeSpan took, string engine) =>
        outcome is Outcome.NotSent or Outcome.KnownGone
            ? null
            : Of(outcome, startedAt, took, engine, parcel.Delivery.Id, parcel.Number, parcel.Delivery.Round);

    public static Attempt Of(
        Outcome outcome, DateTimeOffset startedAt, TimeSpan took, string engine, Id<Delivery> delivery = default, int number = 1, int round = 1)
    {
        var (status, error) = outcome switch
        {
            Outcome.Accepted accepted => (accepted.Status, null),
            Outcome.Refused refused => (refused.Status, "http_status"),
            Outcome.Unreached unreached => (unreached.Status, unreached.Why),
            Outcome.Blocked => ((int?)null, "blocked_address"),
            Outcome.OurFault fault => (null, fault.Why),
            _ => throw new NotSupportedException(outcome.ToString()),
        };
        return new()
        {
            DeliveryId = delivery, Number = number, Round = round, StartedAt = startedAt, FinishedAt = startedAt + took,
            DurationMs = (int)took.TotalMilliseconds, StatusCode = status, Error = error, ErrorDetail = outcome.Detail, Excerpt = outcome.Excerpt,
            DnsMs = Whole(outcome.Took.Dns), ConnectMs = Whole(outcome.Took.Connect), TlsMs = Whole(outcome.Took.Tls),
            FirstByteMs = Whole(outcome.Took.FirstByte), Engine = engine,
        };
    }

    private static int? Whole(TimeSpan? phase) => (int?)phase?.TotalMilliseconds;
}
