using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using DeliveryEngine.Sending;
using DeliveryEngine.Turns;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Metering;
using Storage.Operations;
using Storage.Sql;

namespace DeliveryEngine;

/// <summary>
/// Sends what is due, receiver by receiver. One turn is one transaction: settle what came back, renew what is held, claim what is due, read the
/// next pages, write their attempt rows, release what is empty. Then the pages are sent; the turn never waits for a send.
/// </summary>
internal sealed partial class DeliveryEngine(
    Database database, Sender sender, StatusTable table, Breaker breaker, OperationsLog operations, Waker waker, LaneTeller lanes,
    DeliveriesOptions options, Measures measures, TimeProvider clock, Bells bells, ILogger<DeliveryEngine> logger) : IDisposable
{
    /// <summary>Attempt rows without an outcome: a crash leaves at most so many.</summary>
    private const int MostBegun = 2048;

    /// <summary>How long receivers wait that found no room among those that have yet to show that they answer: as long as no place there became free.</summary>
    private static readonly TimeSpan ShortestCrowding = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestCrowding = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<Id<Receiver>, Hold> _holds = [];
    private readonly ITimer _again = clock.CreateTimer(_ => bells.Deliveries.Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private long _placeFreeAt = clock.GetTimestamp();
    private bool _stopping;

    /// <summary>How many receivers this process owns.</summary>
    public int Held => _holds.Count;

    /// <summary>Nothing is held and nothing is under way.</summary>
    public bool IsIdle => _holds.Count == 0 && sender.IsIdle;

    /// <summary>One turn. What it started comes back as outcomes, each of which rings for the next turn.</summary>
    public Task RunOnceAsync(CancellationToken stop) => RunOnceAsync(lookAtAll: false, stop);

    /// <summary>The turn of each second: it looks at every receiver that is held, for pokes and changes that came from other processes.</summary>
    public Task BeatAsync(CancellationToken stop) => RunOnceAsync(lookAtAll: true, stop);

    /// <summary>
    /// Stops claiming, lets what is in flight end, gives the rest back and releases everything. When <paramref name="patience"/> ends, what is
    /// still in flight is abandoned, and its attempt rows say so.
    /// </summary>
    public async Task DrainAsync(CancellationToken patience)
    {
        _stopping = true;
        await using var abandon = patience.Register(sender.Abandon);
        while (true)
        {
            await RunOnceAsync(CancellationToken.None);
            if (IsIdle)
                return;
            await bells.Deliveries.WaitAsync(CancellationToken.None);
        }
    }

    public void Dispose()
    {
        _again.Dispose();
        _turn.Dispose();
    }

    private async Task RunOnceAsync(bool lookAtAll, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            await TakeTurnAsync(lookAtAll, stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task TakeTurnAsync(bool lookAtAll, CancellationToken stop)
    {
        if (_stopping)
            foreach (var hold in _holds.Values)
                sender.GiveBack(hold);
        var woken = bells.Woken.Take();
        var sent = sender.Collect();
        var from = clock.GetTimestamp();
        if (sent.Exists(s => !s.Parcel.Hold.IsProven) || !_holds.Values.Any(h => !h.IsProven && h.Begun > 0))
            _placeFreeAt = from;
        TurnResult result;
        try
        {
            var failed = sent.Where(s => s.Parcel.Hold.HasSiblings && s.Outcome is not Outcome.Accepted).Select(s => s.Parcel.Hold).ToHashSet();
            var good = await lanes.LastGoodAsync(failed, stop);
            result = await database.WriteAsync(
                async session =>
                {
                    var result = await NewTurn(sent, lookAtAll ? null : woken, good).WriteAsync(session, stop);
                    waker.WakeWithin(session, result.Wakes);
                    return result;
                },
                stop);
        }
        catch
        {
            sender.PutBack(sent);
            throw;
        }
        Remember(result, sent, from);
        sender.Send(result.Parcels);
        await waker.WakeAfterAsync(result.Wakes);
        await lanes.TellAsync(result.News);
    }

    private Turn NewTurn(
        List<Sent> sent, IReadOnlySet<Id<Receiver>>? woken, IReadOnlyDictionary<Id<Receiver>, DateTimeOffset> good) =>
        new(table, breaker, operations, options, clock)
    {
        GoodElsewhere = good,
        Woken = woken,
        Holds = _holds.Values,
        Sent = sent,
        MayClaim = _stopping ? 0 : Math.Max(0, options.MaxReceivers - _holds.Count),
        Room = Math.Max(0, MostBegun - _holds.Values.Sum(h => h.Begun) + sent.Count),
        Stopping = _stopping,
        CrowdedOutFor = Crowding,
    };

    /// <summary>20 ms while places become free; where they are hung on, ever longer, up to a second.</summary>
    private TimeSpan Crowding =>
        clock.GetElapsedTime(_placeFreeAt) is var since && since < ShortestCrowding ? ShortestCrowding : since < LongestCrowding ? since : LongestCrowding;

    private void Remember(TurnResult result, List<Sent> sent, long from)
    {
        foreach (var one in sent)
        {
            one.Parcel.Hold.End(one.Parcel.Delivery.Id);
            if (one.Attempt is { DurationMs: { } took })
                measures.Time(one.Outcome.Name, TimeSpan.FromMilliseconds(took));
        }
        result.Settled.ForEach(measures.Count);
        foreach (var hold in result.Lost.Concat(result.Released))
        {
            _holds.Remove(hold.Id);
            sender.GiveBack(hold);
        }
        foreach (var slot in result.Kept)
        {
            var hold = slot.Hold;
            hold.Kept(slot.Row, slot.HasMore, slot.IsFull, from, options.LeaseInUse);
            if (_holds.GetValueOrDefault(hold.Id) is { } stale && stale != hold)
                sender.GiveBack(stale);
            _holds[hold.Id] = hold;
        }
        result.Held.ForEach(sender.GiveBack);
        foreach (var parcel in result.Parcels)
            parcel.Hold.Begin(parcel.Delivery.Id);
        // Where nothing could be begun for want of room, an outcome makes room and rings.
        if (result.MustGoOn || result.Parcels.Count > 0 && result.Kept.Exists(k => k.HasMore && k.Hold.Begun == 0))
            bells.Deliveries.Ring();
        if (result.HasCrowdedOut)
            _again.Change(Crowding, Timeout.InfiniteTimeSpan);
        result.Changes.ForEach(Tell);
    }

    private void Tell(Happening happened)
    {
        var id = happened.ReceiverId.ToString();
        if (happened.Type == JobEventType.BreakerOpened)
            Log.BreakerOpened(logger, id, happened.Origin, happened.Until);
        else if (happened.Type == JobEventType.BreakerClosed)
            Log.BreakerClosed(logger, id, happened.Origin);
        else
            Log.Disabled(logger, id, happened.Origin);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Receiver {ReceiverId} at {Origin} fails; it is left alone until {Until}.")]
        public static partial void BreakerOpened(ILogger logger, string receiverId, string origin, DateTimeOffset? until);

        [LoggerMessage(2, LogLevel.Information, "Receiver {ReceiverId} at {Origin} answers again.")]
        public static partial void BreakerClosed(ILogger logger, string receiverId, string origin);

        [LoggerMessage(3, LogLevel.Warning, "Receiver {ReceiverId} at {Origin} failed for too long and is disabled; what it is owed is parked.")]
        public static partial void Disabled(ILogger logger, string receiverId, string origin);
    }
}
