using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using DeliveryEngine.Sending;
using Storage;
using Storage.Deliveries;
using Storage.Operations;
using Storage.Sql;

namespace DeliveryEngine;

/// <summary>What a turn's commit means for the engine's memory.</summary>
internal sealed record TurnResult
{
    public List<Parcel> Parcels { get; } = [];
    public List<(Hold Hold, long Fence, bool HasMore)> Kept { get; } = [];
    public List<Hold> Released { get; } = [];

    /// <summary>Held by somebody else by now: nothing was written for them.</summary>
    public List<Hold> Lost { get; } = [];

    /// <summary>Receivers of operations events that the turn wrote.</summary>
    public Wakes Wakes { get; } = new();
}

/// <summary>
/// One turn of the engine, as one transaction that may be run again: it reads the engine's memory and changes none of it.
/// Its first statement locks the receivers' rows under our fences, so whatever it writes is written by their owner.
/// </summary>
internal sealed class Turn(StatusTable table, OperationsLog operations, DeliveriesOptions options, TimeProvider clock)
{
    /// <summary>Bodies that one turn may read, in bytes.</summary>
    private const int LargestPage = 8 * 1024 * 1024;

    private readonly DateTimeOffset _now = clock.GetUtcNow();
    private readonly Dictionary<Id<Receiver>, Slot> _slots = [];
    private readonly HashSet<Id<Delivery>> _settled = [];
    private readonly List<Happening> _happenings = [];
    private readonly TurnResult _result = new();

    public required IReadOnlyCollection<Hold> Holds { get; init; }
    public required IReadOnlyList<Sent> Sent { get; init; }
    public required int MayClaim { get; init; }

    /// <summary>How many deliveries may be begun, over all receivers.</summary>
    public required int Room { get; init; }
    public required bool Stopping { get; init; }

    public async Task<TurnResult> WriteAsync(SqlSession session, CancellationToken stop)
    {
        await LockAsync(session, stop);
        await SettleAsync(session, stop);
        await ClaimAsync(session, stop);
        await ReadQueuesAsync(session, stop);
        await BeginAsync(session, stop);
        foreach (var slot in _slots.Values)
            KeepOrRelease(slot);
        ReceiverLeases.Write(session, [.. _slots.Values.Select(s => s.Row).OrderBy(r => r.Id)]);
        await operations.WriteAsync(session, _happenings, _now, _result.Wakes, stop);
        return _result;
    }

    /// <summary>Takes part: what has something to settle, may have something to read, or needs its lease renewed.</summary>
    private async Task LockAsync(SqlSession session, CancellationToken stop)
    {
        var settling = Sent.Select(s => s.Parcel.Hold).ToHashSet();
        var wanted = Holds.Where(h => settling.Contains(h) || h.HasMore || h.NeedsLook || h.Begun == 0 || Stopping).ToDictionary(h => h.Id);
        foreach (var row in await ReceiverLeases.LockAsync(session, [.. wanted.Values.Select(h => (h.Id, h.Fence))], stop))
        {
            _slots.Add(row.Id, new Slot(wanted[row.Id], row));
            wanted.Remove(row.Id);
        }
        _result.Lost.AddRange(wanted.Values);
    }

    private async Task SettleAsync(SqlSession session, CancellationToken stop)
    {
        var settlements = new List<Settlement>(Sent.Count);
        foreach (var sent in Sent)
        {
            if (!_slots.TryGetValue(sent.Parcel.Hold.Id, out var slot) || slot.Hold != sent.Parcel.Hold)
                continue;
            settlements.Add(ToSettlement(sent, slot.Row));
            _settled.Add(sent.Parcel.Delivery.Id);
            slot.Begun--;
        }
        await WriteAsync(session, settlements, stop);
        foreach (var slot in _slots.Values.Where(s => s.Hold.SpareUntil > s.Row.HeldUntil))
            slot.Row.HeldUntil = slot.Hold.SpareUntil;
    }

    private async Task WriteAsync(SqlSession session, List<Settlement> settlements, CancellationToken stop)
    {
        var disabling = await Settlements.ReadDisablingAsync(session, settlements, stop);
        Settlements.Write(session, settlements, _now);
        _happenings.AddRange(settlements.Where(s => s.Status == DeliveryStatus.Parked).Select(s => Happening.Parked(s, OriginOf(s))));
        _happenings.AddRange(disabling.Select(s => Happening.Disabled(s, OriginOf(s))));
    }

    private string OriginOf(Settlement settled) => _slots[settled.Delivery.ReceiverId].Row.Origin;

    private Settlement ToSettlement(Sent sent, LeasedReceiver row)
    {
        var delivery = sent.Parcel.Delivery;
        var settled = new Settlement
        {
            Delivery = delivery, Attempt = sent.Attempt, Status = DeliveryStatus.Parked, Failures = delivery.Failures, DueAt = delivery.DueAt,
        };
        switch (table.Decide(sent.Outcome, delivery, _now))
        {
            case Decision.Delivered:
                return settled with { Status = DeliveryStatus.Delivered, DeliveredAt = sent.Attempt!.FinishedAt };
            case Decision.Requeue: // it keeps its place
                return settled with { Status = DeliveryStatus.Pending };
            case Decision.Retry retry:
                return settled with
                {
                    Status = DeliveryStatus.Pending, DueAt = _now + retry.Wait, Failures = delivery.Failures + (retry.Counts ? 1 : 0),
                };
            case Decision.Park park:
                return settled with { Reason = park.Reason };
            case Decision.Disable { RememberUrl: true } disable:
                row.GoneUntil = _now + GoneUrl.RememberedFor;
                return settled with { Reason = disable.Reason, DisableCallback = disable.Reason, GoneUrl = sent.Parcel.Letter.Url };
            case Decision.Disable disable:
                return settled with { Reason = disable.Reason, DisableCallback = disable.Reason };
            case var decision:
                throw new NotSupportedException(decision.ToString());
        }
    }

    private async Task ClaimAsync(SqlSession session, CancellationToken stop)
    {
        if (MayClaim == 0 || Room == 0)
            return;
        foreach (var row in await ReceiverLeases.ClaimAsync(session, MayClaim, _now, stop))
            _slots.TryAdd(row.Id, new Slot(new Hold(row.Id, options.MaxInFlightPerReceiver, clock), row)); // one that is ours already stays so
    }

    /// <summary>The head of each queue; every receiver gets an equal share of the room.</summary>
    private async Task ReadQueuesAsync(SqlSession session, CancellationToken stop)
    {
        if (_slots.Count == 0 || Stopping)
            return;
        var share = Math.Max(1, Room / _slots.Count);
        var takes = new List<(Id<Receiver>, int)>();
        foreach (var slot in _slots.Values)
        {
            slot.Room = Room == 0 || slot.Row.HeldUntil > _now ? 0 : Math.Min(share, slot.Hold.MayBegin - slot.Begun);
            if (slot.Room <= 0 && slot.Begun > 0)
                continue;
            slot.Queue = [];
            takes.Add((slot.Row.Id, Math.Max(slot.Room, 0) + slot.Begun + 1)); // what is begun is still in the queue, and one more tells the next due time
        }
        foreach (var owed in await DeliveryPages.ReadAsync(session, takes, stop))
            _slots[owed.ReceiverId].Queue!.Add(owed);
    }

    private async Task BeginAsync(SqlSession session, CancellationToken stop)
    {
        var page = Choose();
        var letters = (await DeliveryPages.ReadLettersAsync(session, page, stop)).ToDictionary(l => l.DeliveryId);
        if (letters.Count < page.Count)
            await ParkWithoutLetterAsync(session, page, letters, stop);
        var mayBeGone = _slots.Values.Where(s => s.Row.GoneUntil > _now).Select(s => s.Row.Id).ToList();
        var gone = await DeliveryPages.ReadGoneAsync(session, mayBeGone, _now, stop);

        var attempts = page.ConvertAll(d => AttemptRows.Begun(d, _now, options.Name));
        Settlements.Start(session, page, attempts, _now);
        for (var i = 0; i < page.Count; i++)
        {
            var (slot, letter) = (_slots[page[i].ReceiverId], letters[page[i].Id]);
            var reason = gone.Count == 0 ? null : gone.GetValueOrDefault((page[i].ReceiverId, Convert.ToHexString(GoneUrl.HashOf(letter.Url))));
            _result.Parcels.Add(new Parcel(slot.Hold, page[i], letter, attempts[i].Number, reason));
            slot.Begun++;
        }
    }

    /// <summary>
    /// One of each queue, then the next of each, and first where least is under way: neither many deliveries nor large ones keep other
    /// receivers waiting.
    /// </summary>
    private List<OwedDelivery> Choose()
    {
        var page = new List<OwedDelivery>();
        var bytes = 0L;
        var queues = new Queue<(Slot Slot, IEnumerator<OwedDelivery> Owed)>(
            _slots.Values.Where(s => s.Queue is not null).OrderBy(s => s.Begun)
                .Select(s => (s, s.Queue!.Where(owed => !IsUnderWay(s, owed)).GetEnumerator())));
        while (queues.TryDequeue(out var queue))
        {
            var (slot, owed) = (queue.Slot, queue.Owed);
            if (!owed.MoveNext())
                continue;
            var next = owed.Current;
            var isDue = next.DueAt <= _now;
            if (isDue && slot.Room > 0 && page.Count < Room && (bytes + next.BodyBytes <= LargestPage || page.Count == 0))
            {
                page.Add(next);
                bytes += next.BodyBytes;
                slot.Room--;
                queues.Enqueue(queue);
            }
            else
            {
                slot.NextDue = next.DueAt;
                slot.HasMore = isDue;
            }
        }
        return page;
    }

    private bool IsUnderWay(Slot slot, OwedDelivery owed) => slot.Hold.HasBegun(owed.Id) && !_settled.Contains(owed.Id);

    /// <summary>A delivery whose event or callback is no longer there can't be sent by anybody.</summary>
    private async Task ParkWithoutLetterAsync(
        SqlSession session, List<OwedDelivery> page, Dictionary<Id<Delivery>, Letter> letters, CancellationToken stop)
    {
        var missing = page.FindAll(d => !letters.ContainsKey(d.Id));
        page.RemoveAll(d => !letters.ContainsKey(d.Id));
        await WriteAsync(
            session,
            missing.ConvertAll(d => new Settlement
            {
                Delivery = d, Attempt = null, Status = DeliveryStatus.Parked, Reason = "payload_missing", Failures = d.Failures, DueAt = d.DueAt,
            }),
            stop);
    }

    private void KeepOrRelease(Slot slot)
    {
        var wasRead = slot.Queue is not null;
        if (wasRead)
            slot.Row.Poked = false;
        if (slot.Begun > 0 || slot.HasMore && slot.Row.HeldUntil <= _now)
        {
            slot.Row.Keep(_now + options.LeaseInUse);
            _result.Kept.Add((slot.Hold, slot.Row.NextFence, slot.HasMore || !wasRead && slot.Hold.HasMore));
            return;
        }
        slot.Row.Release(wasRead ? slot.NextDue : _now);
        _result.Released.Add(slot.Hold);
    }

    /// <summary>A receiver that takes part in this turn.</summary>
    private sealed class Slot(Hold hold, LeasedReceiver row)
    {
        public Hold Hold => hold;
        public LeasedReceiver Row => row;

        /// <summary>Deliveries begun and not settled, as they will be after this turn.</summary>
        public int Begun { get; set; } = hold.Begun;
        public int Room { get; set; }

        /// <summary>The head of its queue; null where it was not read.</summary>
        public List<OwedDelivery>? Queue { get; set; }
        public DateTimeOffset? NextDue { get; set; }
        public bool HasMore { get; set; }
    }
}
