using System.Globalization;
using Storage.Jobs;
using Storage.Tenants;

namespace Storage.Deliveries;

internal enum DeliveryStatus { Pending = 0, Delivered = 1, Parked = 2, Canceled = 3 }

/// <summary>One event owed to one callback.</summary>
internal sealed class Delivery : INamed
{
    public static string Prefix => "dlv_";

    public required Id<Delivery> Id { get; init; }
    public required Id<Tenant> TenantId { get; init; }
    public required Id<Job> JobId { get; init; }
    public required int Seq { get; init; }
    public required JobEventType EventType { get; init; }
    public required Id<Callback> CallbackId { get; init; }
    public required Id<Receiver> ReceiverId { get; init; }
    public DeliveryStatus Status { get; set; }

    /// <summary>Why it is parked or canceled.</summary>
    public string? Reason { get; set; }

    /// <summary>1 at first; each replay starts the next.</summary>
    public int Round { get; set; } = 1;

    /// <summary>When this round began.</summary>
    public required DateTimeOffset RoundAt { get; set; }

    /// <summary>Attempts in all rounds.</summary>
    public int Attempts { get; set; }

    /// <summary>Attempts of this round that failed through no fault of ours: the position in the schedule.</summary>
    public int Failures { get; set; }

    /// <summary>1 once an attempt of this round has failed: first attempts and retries are two queues, so that neither starves the other.</summary>
    public int Retry { get; set; }

    /// <summary>As its callback: an ordered one has a due time only when nothing before it is owed.</summary>
    public Ordering Ordering { get; init; }

    public required DateTimeOffset DueAt { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The size of the body in bytes, so that a page can be kept small before it is read.</summary>
    public required int BodyBytes { get; init; }

    /// <summary>An event that a callback asked for, due now or after the first of its own waits, in the job's lane. Ids of one commit are in the order of the job's events.</summary>
    public static Delivery Of(Callback callback, int seq, JobEventType type, int bodyBytes, DateTimeOffset now, int lanes = 1) => new()
    {
        Id = Id<Delivery>.New(now, seq), TenantId = callback.TenantId, JobId = callback.JobId, Seq = seq, EventType = type, CallbackId = callback.Id,
        ReceiverId = lanes <= 1
            ? callback.ReceiverId
            : Receiver.IdOf(callback.TenantId, Origin.Of(callback.Url), Receiver.LaneFor(callback.JobId, lanes)),
        Ordering = callback.Ordering, RoundAt = now, DueAt = now + FirstWait(callback), CreatedAt = now, BodyBytes = bodyBytes,
    };

    /// <summary>A callback's own schedule may begin with a wait.</summary>
    private static TimeSpan FirstWait(Callback callback) =>
        callback.Schedule is { } waits ? TimeSpan.FromSeconds(int.Parse(waits.Split(',')[0], CultureInfo.InvariantCulture)) : TimeSpan.Zero;
}
