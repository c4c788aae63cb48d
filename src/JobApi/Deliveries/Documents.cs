using Storage.Deliveries;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Deliveries;

/// <summary>Deliveries and attempts as callers see them.</summary>
internal static class Documents
{
    public static DeliveryDocument Of(Delivery delivery) => new()
    {
        Id = delivery.Id.ToString(), JobId = delivery.JobId.ToString(), CallbackId = delivery.CallbackId.ToString(),
        ReceiverId = delivery.ReceiverId.ToString(), EventType = delivery.EventType.Name(), Seq = delivery.Seq, Status = NameOf(delivery.Status),
        Reason = delivery.Reason, Round = delivery.Round, Attempts = delivery.Attempts,
        DeliveredAt = delivery.DeliveredAt, CreatedAt = delivery.CreatedAt,
        DueAt = delivery.Status == DeliveryStatus.Pending ? delivery.DueAt : null,
    };

    public static AttemptDocument Of(Attempt attempt) => new()
    {
        Number = attempt.Number, Round = attempt.Round, StartedAt = attempt.StartedAt, FinishedAt = attempt.FinishedAt,
        StatusCode = attempt.StatusCode, Error = attempt.Error, ErrorDetail = attempt.ErrorDetail, DurationMs = attempt.DurationMs,
        Durations = DurationsOf(attempt), ResponseExcerpt = attempt.Excerpt, Engine = attempt.Engine,
    };

    private static AttemptDurations? DurationsOf(Attempt attempt) => attempt.DurationMs is not { } total ? null : new()
    {
        DnsMs = attempt.DnsMs, ConnectMs = attempt.ConnectMs, TlsMs = attempt.TlsMs, FirstByteMs = attempt.FirstByteMs, TotalMs = total,
    };

    public static string NameOf(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Pending => DeliveryStatuses.Pending,
        DeliveryStatus.Delivered => DeliveryStatuses.Delivered,
        DeliveryStatus.Parked => DeliveryStatuses.Parked,
        _ => DeliveryStatuses.Canceled,
    };
}
