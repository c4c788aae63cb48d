using DeliveryEngine.Receivers;
using Storage;
using Storage.Deliveries;
using Storage.Sql;

namespace DeliveryEngine.Turns;

/// <summary>The heads of the queues of the receivers in a turn, and which of them go next.</summary>
internal sealed class Queues(IReadOnlyDictionary<Id<Receiver>, Slot> slots, int room, int maxInFlight, DateTimeOffset now)
{
    /// <summary>Bodies that one turn may read, in bytes.</summary>
    private const int LargestPage = 8 * 1024 * 1024;

    /// <summary>Deliveries of disabled receivers that one turn parks: a backlog of millions goes in bounded pieces.</summary>
    private const int MostParked = 1000;

    /// <summary>Every receiver gets an equal share of the room.</summary>
    /// <param name="holds">All receivers that the engine owns, whether or not they take part.</param>
    public async Task ReadAsync(SqlSession session, IReadOnlyCollection<Hold> holds, CancellationToken stop)
    {
        var share = Math.Max(1, room / slots.Count);
        foreach (var slot in slots.Values)
            slot.Room = RoomFor(slot, share);
        Shares.Allot([.. slots.Values], holds.Where(h => !slots.ContainsKey(h.Id)), maxInFlight);
        foreach (var slot in slots.Values)
            slot.IsFull = room > 0 && slot.Room == 0 && slot.Begun > 0 && slot.Row.RatePerSecond is null; // a rate makes room with time
        var heads = ToRead();
        var owed = (await DeliveryPages.ReadAsync(session, heads, stop)).ToLookup(d => d.ReceiverId);
        foreach (var head in heads.Where(h => h.Retries))
            slots[head.Receiver].Read(owed[head.Receiver]);
    }

    /// <summary>
    /// One of each queue, then the next of each, and first where least is under way: neither many deliveries nor large ones keep other
    /// receivers waiting.
    /// </summary>
    public List<OwedDelivery> Choose()
    {
        var page = new List<OwedDelivery>();
        var bytes = 0L;
        List<Slot> read = [.. slots.Values.Where(s => s.WasRead && s.Row.DisabledAt is null).OrderBy(s => s.Begun)];
        var queues = new Queue<Slot>(read);
        while (page.Count < room && queues.TryDequeue(out var slot))
        {
            if (slot.Room <= 0 || slot.Peek(now) is not { } next || bytes + next.BodyBytes > LargestPage && page.Count > 0)
                continue;
            page.Add(next);
            bytes += next.BodyBytes;
            slot.Take(next);
            queues.Enqueue(slot);
        }
        foreach (var begun in page.CountBy(d => d.ReceiverId))
            if (slots[begun.Key].Row is { RatePerSecond: not null } row)
                row.PacedUntil = Pace.After(row.RatePerSecond, row.PacedUntil, now, begun.Value);
        read.ForEach(slot => slot.LookAhead(now));
        return page;
    }

    private int RoomFor(Slot slot, int share)
    {
        var row = slot.Row;
        if (room == 0 || slot.IsHeld(now))
            return 0;
        if (row.Health.Openings > 0) // half open: one probe, alone
            return slot.Begun > 0 ? 0 : 1;
        return Math.Max(0, Math.Min(Math.Min(share, slot.Hold.MayBegin - slot.Begun), Pace.Allowed(row.RatePerSecond, row.PacedUntil, now)));
    }

    private List<QueueHead> ToRead()
    {
        var disabled = slots.Values.Count(s => s.Row.DisabledAt is not null);
        var heads = new List<QueueHead>();
        foreach (var slot in slots.Values)
        {
            var wanted = slot.Row.DisabledAt is null ? slot.Room : Math.Max(1, MostParked / disabled);
            if (slot.IsCrowdedOut || wanted == 0 && (slot.Begun > 0 || slot.Row.IsPaused))
                continue;
            var take = wanted + slot.Begun + 1; // what is begun is still in the queue, and one more tells the next due time
            heads.Add(new(slot.Row.Id, Retries: false, take));
            heads.Add(new(slot.Row.Id, Retries: true, take));
        }
        return heads;
    }
}
