using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using DeliveryEngine.Sending;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Operations;
using Storage.Sql;

namespace DeliveryEngine;

/// <summary>
/// One turn of the engine, as one transaction that may be run again: it reads the engine's memory and changes none of it.
/// Its first statement locks the receivers' rows under our fences, so whatever it writes is written by their owner.
/// </summary>
internal sealed class Turn(StatusTable table, Breaker breaker, OperationsLog operations, DeliveriesOptions options, TimeProvider clock)
{
    /// <summary>Bodies that one turn may read, in bytes.</summary>
    private const int LargestPage = 8 * 1024 * 1024;

    /// <summary>Deliveries of disabled receivers that one turn parks: a backlog of millions goes in bounded pieces.</summary>
    private const int MostParked = 1000;

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

    /// <summary>When receivers that found no room come back.</summary>
    public required TimeSpan CrowdedOutFor { get; init; }

    /// <summary>When lanes of the same origin last got a good answer, for receivers that may have failed just now.</summary>
    public required IReadOnlyDictionary<Id<Receiver>, DateTimeOffset> GoodElsewhere { get; init; }

    /// <summary>Receivers that were woken since the last turn; null when all are looked at.</summary>
    public required IReadOnlySet<Id<Receiver>>? Woken { get; init; }

    public async Task<TurnResult> WriteAsync(SqlSession session, CancellationToken stop)
    {
        await LockAsync(session, stop);
        await SettleAsync(session, stop);
        await ClaimAsync(session, stop);
        await ReadQueuesAsync(session, stop);
        await ParkDisabledAsync(session, stop);
        await BeginAsync(session, stop);
        foreach (var slot in _slots.Values)
            KeepOrRelease(slot);
        _result.News.AddRange(_slots.Values.Select(s => s.News).OfType<LaneNews>());
        ReceiverLeases.Write(session, [.. _slots.Values.Select(s => s.Row).OrderBy(r => r.Id)]);
        await operations.WriteAsync(session, _happenings, _now, _result.Wakes, stop);
        return _result;
    }

    /// <summary>Takes part: what has something to settle, may have something to read, or needs its lease renewed.</summary>
    private async Task LockAsync(SqlSession session, CancellationToken stop)
    {
        var settling = Sent.Select(s => s.Parcel.Hold).ToHashSet();
        var wanted = Holds
            .Where(h => settling.Contains(h) || h.HasMore && !h.IsFull || h.NeedsLook || h.Begun == 0 || Stopping || Woken?.Contains(h.Id) != false)
            .ToDictionary(h => h.Id);
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
            Judge(slot, sent);
        }
        await WriteAsync(session, settlements, stop);
        foreach (var slot in _slots.Values.Where(s => s.Hold.SpareUntil > s.Row.HeldUntil))
            slot.Row.HeldUntil = slot.Hold.SpareUntil;
    }

    private async Task WriteAsync(SqlSession session, List<Settlement> settlements, CancellationToken stop)
    {
        var disabling = await Settlements.ReadDisablingAsync(session, settlements, stop);
        Settlements.Write(session, settlements, _now);
        _result.Settled.AddRange(settlements.Select(s => s.Status));
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
        switch (table.Decide(sent.Outcome, delivery, Schedule.Of(sent.Parcel.Letter.Schedule), _now))
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

    /// <summary>What the outcome says about the receiver: its breaker, and whether it has failed for so long that it is disabled.</summary>
    private void Judge(Slot slot, Sent sent)
    {
        var (row, openings, verdict) = (slot.Row, slot.Row.Health.Openings, StatusTable.VerdictOf(sent.Outcome));
        if (GoodElsewhere.TryGetValue(row.Id, out var good))
            row.Health = Breaker.After(row.Health, good);
        slot.Judge(breaker, verdict, sent.Parcel.Delivery, _now);
        if (sent.Outcome is Outcome.Accepted)
            row.Health = row.Health with { SucceededAt = _now };
        if (row.Health.Openings > openings)
            Happened(JobEventType.BreakerOpened, row, row.HeldUntil);
        else if (row.Health.Openings < openings)
            Happened(JobEventType.BreakerClosed, row);
        if (row.DisabledAt is not null || verdict == Verdict.None || !(_now - row.Health.FailingSince >= options.DisableAfter))
            return;
        (row.DisabledAt, row.HeldUntil) = (_now, _now);
        Happened(JobEventType.ReceiverDisabled, row);
    }

    private void Happened(JobEventType type, LeasedReceiver row, DateTimeOffset? until = null)
    {
        var happening = Happening.Of(type, row, until: until);
        _happenings.Add(happening);
        _result.Changes.Add(happening);
    }

    private async Task ClaimAsync(SqlSession session, CancellationToken stop)
    {
        if (MayClaim == 0 || Room == 0)
            return;
        foreach (var row in await ReceiverLeases.ClaimAsync(session, MayClaim, _now, stop))
            _slots.TryAdd(row.Id, new Slot(new Hold(row, options.MaxInFlightPerReceiver, clock), row)); // one that is ours already stays so
    }

    /// <summary>The heads of each receiver's queues; every receiver gets an equal share of the room.</summary>
    private async Task ReadQueuesAsync(SqlSession session, CancellationToken stop)
    {
        if (_slots.Count == 0 || Stopping)
            return;
        var share = Math.Max(1, Room / _slots.Count);
        foreach (var slot in _slots.Values)
            slot.Room = RoomFor(slot, share);
        Shares.Allot(_slots.Values, Holds.Where(h => !_slots.ContainsKey(h.Id)), options.MaxInFlight);
        foreach (var slot in _slots.Values)
            slot.IsFull = Room > 0 && slot.Room == 0 && slot.Begun > 0 && slot.Row.RatePerSecond is null; // a rate makes room with time
        var disabled = _slots.Values.Count(s => s.Row.DisabledAt is not null);
        var heads = new List<QueueHead>();
        foreach (var slot in _slots.Values)
        {
            var wanted = slot.Row.DisabledAt is null ? slot.Room : Math.Max(1, MostParked / disabled);
            if (slot.IsCrowdedOut || wanted == 0 && (slot.Begun > 0 || slot.Row.IsPaused))
                continue;
            var take = wanted + slot.Begun + 1; // what is begun is still in the queue, and one more tells the next due time
            heads.Add(new(slot.Row.Id, Retries: false, take));
            heads.Add(new(slot.Row.Id, Retries: true, take));
        }
        var owed = (await DeliveryPages.ReadAsync(session, heads, stop)).ToLookup(d => d.ReceiverId);
        foreach (var head in heads.Where(h => h.Retries))
            _slots[head.Receiver].Read(owed[head.Receiver].Where(d => !IsUnderWay(_slots[head.Receiver], d)));
    }

    private int RoomFor(Slot slot, int share)
    {
        var row = slot.Row;
        if (Room == 0 || slot.IsHeld(_now))
            return 0;
        if (row.Health.Openings > 0) // half open: one probe, alone
            return slot.Begun > 0 ? 0 : 1;
        return Math.Max(0, Math.Min(Math.Min(share, slot.Hold.MayBegin - slot.Begun), Pace.Allowed(row.RatePerSecond, row.PacedUntil, _now)));
    }

    /// <summary>What is owed to a disabled receiver is parked, whether or not it is due.</summary>
    private async Task ParkDisabledAsync(SqlSession session, CancellationToken stop)
    {
        foreach (var slot in _slots.Values.Where(s => s.WasRead && s.Row.DisabledAt is not null))
        {
            var parked = slot.TakeAll();
            await ParkAsync(session, parked, "receiver_disabled", stop);
            _result.MustGoOn |= slot.HasMore = parked.Count > 0; // until there are none
        }
    }

    private async Task BeginAsync(SqlSession session, CancellationToken stop)
    {
        var page = Choose();
        var letters = (await DeliveryPages.ReadLettersAsync(session, page, stop)).ToDictionary(l => l.DeliveryId);
        if (letters.Count < page.Count)
        {
            // A delivery whose event or callback is no longer there can't be sent by anybody.
            await ParkAsync(session, page.FindAll(d => !letters.ContainsKey(d.Id)), "payload_missing", stop);
            page.RemoveAll(d => !letters.ContainsKey(d.Id));
        }
        var mayBeGone = _slots.Values.Where(s => s.Row.GoneUntil > _now).Select(s => s.Row.MainId).Distinct().ToList();
        var gone = await DeliveryPages.ReadGoneAsync(session, mayBeGone, _now, stop);

        var attempts = page.ConvertAll(d => AttemptRows.Begun(d, _now, options.Name));
        Settlements.Start(session, page, attempts, _now);
        for (var i = 0; i < page.Count; i++)
        {
            var (slot, letter) = (_slots[page[i].ReceiverId], letters[page[i].Id]);
            var reason = gone.Count == 0 ? null : gone.GetValueOrDefault((slot.Row.MainId, Convert.ToHexString(GoneUrl.HashOf(letter.Url))));
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
        List<Slot> read = [.. _slots.Values.Where(s => s.WasRead && s.Row.DisabledAt is null).OrderBy(s => s.Begun)];
        var queues = new Queue<Slot>(read);
        while (page.Count < Room && queues.TryDequeue(out var slot))
        {
            if (slot.Room <= 0 || slot.Peek(_now) is not { } next || bytes + next.BodyBytes > LargestPage && page.Count > 0)
                continue;
            page.Add(next);
            bytes += next.BodyBytes;
            slot.Take(next);
            queues.Enqueue(slot);
        }
        foreach (var begun in page.CountBy(d => d.ReceiverId))
            if (_slots[begun.Key].Row is { RatePerSecond: not null } row)
                row.PacedUntil = Pace.After(row.RatePerSecond, row.PacedUntil, _now, begun.Value);
        read.ForEach(slot => slot.LookAhead(_now));
        return page;
    }

    private bool IsUnderWay(Slot slot, OwedDelivery owed) => slot.Hold.HasBegun(owed.Id) && !_settled.Contains(owed.Id);

    private Task ParkAsync(SqlSession session, List<OwedDelivery> unsent, string reason, CancellationToken stop) => WriteAsync(
        session,
        unsent.ConvertAll(d => new Settlement
        {
            Delivery = d, Attempt = null, Status = DeliveryStatus.Parked, Reason = reason, Failures = d.Failures, DueAt = d.DueAt,
        }),
        stop);

    private void KeepOrRelease(Slot slot)
    {
        var (row, hold) = (slot.Row, slot.Hold);
        row.Concurrency = hold.Concurrency.Learned;
        if (slot.WasRead)
            row.Poked = false;
        if (slot.Begun > 0 || slot.HasMore && row.HeldUntil <= _now)
        {
            row.Keep(_now + options.LeaseInUse);
            slot.HasMore |= !slot.WasRead && hold.HasMore;
            _result.Kept.Add(slot);
            if (slot.IsHeld(_now))
                _result.Held.Add(hold);
            return;
        }
        _result.HasCrowdedOut |= slot.IsCrowdedOut;
        row.Release(slot.IsCrowdedOut ? _now + CrowdedOutFor : slot.WasRead ? slot.NextDue : _now);
        _result.Released.Add(hold);
    }
}
