using Storage;
using Storage.Deliveries;
using Storage.Tenants;

namespace DeliveryEngine.Receivers;

/// <summary>
/// A receiver that this engine owns: what it has begun for it, and until when it may send. The turn changes what is begun; the sender changes
/// what waits and what is in flight.
/// </summary>
internal sealed class Hold(LeasedReceiver row, int mostInFlight, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(900);

    private const int LargestBegun = 256;

    private readonly HashSet<Id<Delivery>> _begun = [];
    private long _leaseFrom;
    private TimeSpan _lease;

    public Id<Receiver> Id { get; } = row.Id;

    public Id<Tenant> Tenant { get; } = row.TenantId;

    public string Origin { get; } = row.Origin;

    /// <summary>Other lanes of its origin may know more of it.</summary>
    public bool HasSiblings { get; private set; } = row.HasSiblings;

    public long Fence { get; private set; }

    /// <summary>How many deliveries have an attempt row but no outcome yet.</summary>
    public int Begun => _begun.Count;

    /// <summary>
    /// How many may be begun: a few times what may be in flight, so that the next ones are there when a place is free, and a receiver that
    /// never answers takes little of the room that all share.
    /// </summary>
    public int MayBegin => Math.Min(LargestBegun, 4 * Concurrency.Limit);

    /// <summary>The last page was full, or could not be read for want of room: more is waiting.</summary>
    public bool HasMore { get; private set; }

    /// <summary>As much is begun as it may have, so that an outcome of its own comes before anything can be begun for it.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Its last answer was a good one.</summary>
    public bool IsProven { get; private set; } = row.Health.IsProven;

    /// <summary>Begun and waiting for a free place.</summary>
    public WaitingParcels Waiting { get; } = new();

    public int InFlight { get; set; }

    public Concurrency Concurrency { get; } = new(MostOf(row, mostInFlight), row.Concurrency);

    /// <summary>Set when the receiver is to be left alone for a while.</summary>
    public DateTimeOffset SpareUntil { get; set; }

    /// <summary>What is left of the lease, measured from before it was asked for.</summary>
    public TimeSpan LeaseLeft => _lease - clock.GetElapsedTime(_leaseFrom);

    /// <summary>Time to look at the row: for the lease's sake, or for a poke that came from elsewhere.</summary>
    public bool NeedsLook => clock.GetElapsedTime(_leaseFrom) > LookEvery;

    public bool CanSend => Waiting.Count > 0 && InFlight < Concurrency.Limit;

    /// <summary>What a turn's commit says of it.</summary>
    public void Kept(LeasedReceiver row, bool hasMore, bool isFull, long from, TimeSpan lease)
    {
        (Fence, _leaseFrom, _lease) = (row.NextFence, from, lease);
        (HasMore, IsFull, IsProven, HasSiblings) = (hasMore, isFull, row.Health.IsProven, row.HasSiblings);
        Concurrency.Most = MostOf(row, mostInFlight);
    }

    public bool HasBegun(Id<Delivery> delivery) => _begun.Contains(delivery);

    public void Begin(Id<Delivery> delivery) => _begun.Add(delivery);

    public void End(Id<Delivery> delivery) => _begun.Remove(delivery);

    private static int MostOf(LeasedReceiver row, int mostInFlight) => Math.Min(row.MaxInFlight ?? mostInFlight, mostInFlight);
}
