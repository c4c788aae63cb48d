using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using DeliveryEngine.Sending;
using Storage;
using Storage.Deliveries;
using Storage.Operations;
using Storage.Sql;

namespace DeliveryEngine.Turns;

/// <summary>
/// One turn of the engine, as one transaction that may be run again: it reads the engine's memory and changes none of it.
/// Its first statement locks the receivers' rows under our fences, so whatever it writes is written by their owner.
/// </summary>
internal sealed class Turn(StatusTable table, Breaker breaker, OperationsLog operations, DeliveriesOptions options, TimeProvider clock)
{
    private readonly DateTimeOffset _now = clock.GetUtcNow();
    private readonly Dictionary<Id<Receiver>, Slot> _slots = [];
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
        var settling = new Settling(table, breaker, options.DisableAfter, _slots, _result, _now);
        await settling.WriteAsync(session, Sent, GoodElsewhere, stop);
        await ClaimAsync(session, stop);
        if (_slots.Count > 0 && !Stopping)
        {
            var queues = new Queues(_slots, Room, options.MaxInFlight, _now);
            await queues.ReadAsync(session, Holds, stop);
            await ParkDisabledAsync(session, settling, stop);
            await BeginAsync(session, queues.Choose(), settling, stop);
        }
        foreach (var slot in _slots.Values)
            KeepOrRelease(slot);
        _result.News.AddRange(_slots.Values.Select(s => s.News).OfType<LaneNews>());
        ReceiverLeases.Write(session, [.. _slots.Values.Select(s => s.Row).OrderBy(r => r.Id)]);
        await operations.WriteAsync(session, settling.Happenings, _now, _result.Wakes, stop);
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

    private async Task ClaimAsync(SqlSession session, CancellationToken stop)
    {
        if (MayClaim == 0 || Room == 0)
            return;
        foreach (var row in await ReceiverLeases.ClaimAsync(session, MayClaim, _now, stop))
            _slots.TryAdd(row.Id, new Slot(new Hold(row, options.MaxInFlightPerReceiver, clock), row)); // one that is ours already stays so
    }

    /// <summary>What is owed to a disabled receiver is parked, whether or not it is due.</summary>
    private async Task ParkDisabledAsync(SqlSession session, Settling settling, CancellationToken stop)
    {
        foreach (var slot in _slots.Values.Where(s => s.WasRead && s.Row.DisabledAt is not null))
        {
            var parked = slot.TakeAll();
            await settling.ParkAsync(session, parked, "receiver_disabled", stop);
            _result.MustGoOn |= slot.HasMore = parked.Count > 0; // until there are none
        }
    }

    private async Task BeginAsync(SqlSession session, List<OwedDelivery> page, Settling settling, CancellationToken stop)
    {
        var letters = (await DeliveryPages.ReadLettersAsync(session, page, stop)).ToDictionary(l => l.DeliveryId);
        if (letters.Count < page.Count)
        {
            // A delivery whose event or callback is no longer there can't be sent by anybody.
            await settling.ParkAsync(session, page.FindAll(d => !letters.ContainsKey(d.Id)), "payload_missing", stop);
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
