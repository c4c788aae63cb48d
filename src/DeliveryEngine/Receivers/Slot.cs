using DeliveryEngine.Outcomes;
using Storage;
using Storage.Deliveries;

namespace DeliveryEngine.Receivers;

/// <summary>A receiver that takes part in one turn: its locked row, and what the turn does for it.</summary>
internal sealed class Slot(Hold hold, LeasedReceiver row)
{
    private readonly LaneState _was = LaneState.Of(row);
    private readonly HashSet<Id<Delivery>> _settled = [];
    private Queue<OwedDelivery>? _first;
    private Queue<OwedDelivery>? _retries;
    private bool _retryIsNext;

    public Hold Hold => hold;
    public LeasedReceiver Row => row;

    /// <summary>Found out in this turn, and of interest to the origin's other lanes.</summary>
    public LaneNews? News => row.HasSiblings && new LaneNews(row, _was, LaneState.Of(row)) is { IsAny: true } news ? news : null;

    /// <summary>Deliveries begun and not settled, as they will be after this turn.</summary>
    public int Begun { get; set; } = hold.Begun;

    /// <summary>How many more may be begun in this turn.</summary>
    public int Room { get; set; }

    /// <summary>There is no room among those that have yet to show that they answer; it comes back in a moment.</summary>
    public bool IsCrowdedOut { get; set; }

    /// <summary>It has as much as it may have.</summary>
    public bool IsFull { get; set; }

    /// <summary>The heads of its queues were read.</summary>
    public bool WasRead => _first is not null;

    public DateTimeOffset? NextDue { get; set; }

    /// <summary>More is due than was begun.</summary>
    public bool HasMore { get; set; }

    /// <summary>Nothing may be sent to it now.</summary>
    public bool IsHeld(DateTimeOffset now) => row.IsPaused || row.DisabledAt is not null || row.HeldUntil > now;

    public void Judge(Breaker breaker, Verdict verdict, OwedDelivery delivery, DateTimeOffset now)
    {
        var state = breaker.After(new(row.Health, row.HeldUntil), verdict, delivery.CallbackId, now);
        (row.Health, row.HeldUntil) = (state.Health, state.HeldUntil);
    }

    /// <summary>The delivery came back.</summary>
    public void Settle(Id<Delivery> delivery)
    {
        _settled.Add(delivery);
        Begun--;
    }

    /// <summary>What is owed, without what is under way.</summary>
    public void Read(IEnumerable<OwedDelivery> owed)
    {
        var kinds = owed.Where(d => !IsUnderWay(d.Id)).ToLookup(d => d.Failures > 0);
        (_first, _retries) = (new(kinds[false]), new(kinds[true]));
    }

    /// <summary>Takes everything that was read.</summary>
    public List<OwedDelivery> TakeAll()
    {
        List<OwedDelivery> all = [.. _first!, .. _retries!];
        (_first, _retries) = ([], []);
        return all;
    }

    /// <summary>The next that is due: first attempts and retries by turns, so that neither keeps the other waiting.</summary>
    public OwedDelivery? Peek(DateTimeOffset now)
    {
        var (one, other) = _retryIsNext ? (_retries, _first) : (_first, _retries);
        return HeadOf(one, now) ?? HeadOf(other, now);
    }

    public void Take(OwedDelivery next)
    {
        _retryIsNext = next.Failures == 0;
        (_retryIsNext ? _first : _retries)!.Dequeue();
        Room--;
    }

    /// <summary>When there is something to do again, as far as was read.</summary>
    public void LookAhead(DateTimeOffset now)
    {
        NextDue = new[] { _first, _retries }.Min(queue => queue!.TryPeek(out var head) ? head.DueAt : (DateTimeOffset?)null);
        HasMore = NextDue <= now;
        if (!HasMore || row.RatePerSecond is not { } rate || Pace.Allowed(rate, row.PacedUntil, now) > 0)
            return;
        (NextDue, HasMore) = (Pace.NextAt(rate, row.PacedUntil), false);
    }

    private bool IsUnderWay(Id<Delivery> delivery) => hold.HasBegun(delivery) && !_settled.Contains(delivery);

    private static OwedDelivery? HeadOf(Queue<OwedDelivery>? queue, DateTimeOffset now) =>
        queue!.TryPeek(out var head) && head.DueAt <= now ? head : null;
}
