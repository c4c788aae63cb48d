using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tenants;

namespace Storage.Replays;

internal enum ReplayStatus { Running = 0, Paused = 1, Completed = 2, Canceled = 3 }

/// <summary>
/// The replay of all deliveries that match, as a durable operation: it goes through them in the order of their ids, from <see cref="Position"/>
/// up to <see cref="Through"/>, and each batch moves the position in the commit that makes its deliveries due.
/// </summary>
internal sealed class Replay : INamed
{
    public static string Prefix => "rpl_";

    public required Id<Replay> Id { get; init; }
    public required Id<Tenant> TenantId { get; init; }
    public ReplayStatus Status { get; set; }

    /// <summary>Deliveries in this state match; never pending.</summary>
    public required DeliveryStatus Deliveries { get; init; }

    public string? Reason { get; init; }
    public Id<Receiver>? ReceiverId { get; init; }
    public Id<Job>? JobId { get; init; }
    public JobEventType? EventType { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The last delivery that was looked at; those to come have greater ids.</summary>
    public required Id<Delivery> Position { get; set; }

    /// <summary>Where it ends: what came after the replay was asked for has greater ids.</summary>
    public required Id<Delivery> Through { get; init; }

    /// <summary>Deliveries per second; null: as many as can be written.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Up to this time the rate's allowance is used up. It stands in the row, so a restart earns no second one.</summary>
    public DateTimeOffset PacedUntil { get; set; }

    /// <summary>When the next batch is due.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>How many matched when it was asked for.</summary>
    public int Matched { get; set; }

    public int Replayed { get; set; }

    /// <summary>Matched, but its callback was deleted, its receiver is disabled, or it was no longer in that state when its turn came.</summary>
    public int Skipped { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>SHA-256 of route and Idempotency-Key, and of the request that the key stands for.</summary>
    public byte[]? IdempotencyHash { get; init; }
    public byte[]? RequestHash { get; init; }

    public bool IsFinished => Status >= ReplayStatus.Completed;
}
