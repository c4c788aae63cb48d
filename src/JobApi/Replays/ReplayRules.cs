using System.Diagnostics.CodeAnalysis;
using JobApi.Deliveries;
using JobApi.Http;
using JobApi.Jobs;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Replays;
using Storage.Tenants;
using Webhooks.Contract;
using ReplayFilter = Webhooks.Contract.ReplayFilter;

namespace JobApi.Replays;

/// <summary>What may be replayed. A filter that says nothing means what is parked, never everything.</summary>
internal static class ReplayRules
{
    private const int LongestReason = 100;
    private const double LowestRate = 0.01;
    private const double HighestRate = 100_000;

    private static readonly DeliveryStatus[] Replayable = [DeliveryStatus.Parked, DeliveryStatus.Delivered, DeliveryStatus.Canceled];

    public static bool TryMake(
        CreateReplay body, IdempotencyKey key, Id<Tenant> tenant, DateTimeOffset now,
        [NotNullWhen(true)] out Replay? replay, [NotNullWhen(false)] out Problem? fault)
    {
        replay = null;
        if (body.Filter is not { } filter)
        {
            fault = Problem.Malformed("filter: is required; an empty one means all that are parked.");
            return false;
        }
        DeliveryStatus status = default;
        Id<Receiver>? receiver = null;
        Id<Job>? job = null;
        JobEventType? type = null;
        fault = StatusFault(filter, out status) ?? IdFault("receiver_id", filter.ReceiverId, out receiver) ?? IdFault("job_id", filter.JobId, out job)
            ?? TypeFault(filter.EventType, out type)
            ?? (filter.Reason is null ? null : TextRules.Fault("filter.reason", filter.Reason, LongestReason))
            ?? (filter.CreatedBefore <= filter.CreatedAfter ? Problem.Refused("filter.created_before: must be later than created_after.") : null)
            ?? RateFault(body.RatePerSecond);
        if (fault is not null)
            return false;
        var (after, before) = DeliveryTimes.Between(filter.CreatedAfter, filter.CreatedBefore);
        var end = Id<Delivery>.Earliest(now.AddMilliseconds(1));
        replay = new()
        {
            Id = Id<Replay>.New(now), TenantId = tenant, Deliveries = status, Reason = filter.Reason, ReceiverId = receiver, JobId = job, EventType = type,
            CreatedAfter = filter.CreatedAfter, CreatedBefore = filter.CreatedBefore, Position = after, Through = before.CompareTo(end) < 0 ? before : end,
            RatePerSecond = body.RatePerSecond, PacedUntil = now, DueAt = now, CreatedAt = now, IdempotencyHash = key.Hash, RequestHash = key.RequestHash,
        };
        return true;
    }

    private static Problem? StatusFault(ReplayFilter filter, out DeliveryStatus status)
    {
        status = DeliveryStatus.Parked;
        if (filter.Status is null)
            return null;
        var known = Replayable.Where(s => Documents.NameOf(s) == filter.Status).ToList();
        if (known.Count == 0)
            return Problem.Refused($"filter.status: must be one of {string.Join(", ", Replayable.Select(Documents.NameOf))}.");
        status = known[0];
        return status == DeliveryStatus.Delivered && filter is { ReceiverId: null, JobId: null, EventType: null, CreatedAfter: null, CreatedBefore: null }
            ? Problem.Refused("filter.status: delivered must come together with a receiver, a job, an event type or a time.", "filter_too_wide")
            : null;
    }

    private static Problem? IdFault<T>(string name, string? text, out Id<T>? id)
        where T : INamed
    {
        id = Id<T>.TryParse(text, out var parsed) ? parsed : null;
        return text is null || id is not null ? null : Problem.Refused($"filter.{name}: must be an id that begins with {T.Prefix}.");
    }

    private static Problem? TypeFault(string? name, out JobEventType? type)
    {
        type = EventNames.TryParse(name, out var parsed) ? parsed : null;
        return name is null || type is not null ? null : Problem.Refused("filter.event_type: must be an event's type, such as job.succeeded.");
    }

    private static Problem? RateFault(double? rate) =>
        rate is null or (>= LowestRate and <= HighestRate) ? null : Problem.Refused($"rate_per_second: must be from {LowestRate} to {HighestRate}.");
}
