using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using Storage;
using Storage.Deliveries;

namespace DeliveryEngine.Sending;

/// <summary>A parcel with what came of it; the attempt is null where nothing was sent.</summary>
internal sealed record Sent(Parcel Parcel, Outcome Outcome, Attempt? Attempt);

/// <summary>
/// Posts what the turn began: so many at once in all, so many per receiver and per origin, receivers in rotation. The last quarter of the places is
/// for first attempts, and for receivers that have few in flight: retries, and a few receivers that hang, can't take them all.
/// </summary>
internal sealed class Sender(Courier courier, DeliveriesOptions options, TimeProvider clock, Bells bells) : IDisposable
{
    private const int Few = 4;

    /// <summary>An answer that took so great a part of the timeout is no reason to ask for more at once.</summary>
    private const int Slow = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _byOrigin = [];
    private readonly Queue<Hold> _rotation = [];
    private readonly HashSet<Hold> _inRotation = [];
    private readonly CancellationTokenSource _abandon = new();
    private readonly HostRates? _rates = options.MaxPerSecondPerHost > 0 ? new(options.MaxPerSecondPerHost, clock) : null;
    private ITimer? _again;
    private List<Sent> _sent = [];
    private int _inFlight;

    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return _inFlight == 0 && _sent.Count == 0;
        }
    }

    public void Send(IReadOnlyList<Parcel> parcels)
    {
        lock (_lock)
            foreach (var parcel in parcels)
            {
                parcel.Hold.Waiting.Enqueue(parcel);
                Rotate(parcel.Hold);
            }
        Pump();
    }

    /// <summary>Takes the outcomes that have come in.</summary>
    public List<Sent> Collect()
    {
        lock (_lock)
        {
            var sent = _sent;
            _sent = [];
            return sent;
        }
    }

    /// <summary>Puts outcomes back whose commit failed.</summary>
    public void PutBack(List<Sent> sent)
    {
        lock (_lock)
            _sent.InsertRange(0, sent);
    }

    /// <summary>What waits for a place is not sent any more; it comes back as an outcome.</summary>
    public void GiveBack(Hold hold) => GiveBack(hold, _ => true);

    /// <summary>Gives up on what is in flight: whether it arrived is not known, and its attempt rows say so.</summary>
    public void Abandon() => _abandon.Cancel();

    public void Dispose()
    {
        _again?.Dispose();
        _abandon.Dispose();
    }

    private void Pump()
    {
        while (Next() is { } parcel)
            _ = PostAsync(parcel);
    }

    private Parcel? Next()
    {
        lock (_lock)
        {
            for (var left = _rotation.Count; left > 0 && _inFlight < options.MaxInFlight; left--)
            {
                var hold = _rotation.Dequeue();
                _inRotation.Remove(hold);
                var isLastQuarter = _inFlight >= options.MaxInFlight - options.MaxInFlight / 4;
                if (hold.CanSend && MayTakePlace(hold, isLastQuarter) && IsInPace(hold))
                    return Take(hold, isLastQuarter);
                Rotate(hold);
            }
            return null;
        }
    }

    private bool MayTakePlace(Hold hold, bool isLastQuarter) =>
        _byOrigin.GetValueOrDefault(hold.Origin) < options.MaxInFlightPerOrigin
        && (!isLastQuarter || hold.InFlight < Few && hold.Waiting.HasFirstAttempt);

    /// <summary>Where a host has had what it may get in a second, somebody looks again when it may have the next.</summary>
    private bool IsInPace(Hold hold)
    {
        if (_rates?.WaitFor(hold.Origin) is not { } wait || wait <= TimeSpan.Zero)
            return true;
        _again ??= clock.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _again.Change(wait, Timeout.InfiniteTimeSpan);
        return false;
    }

    private Parcel Take(Hold hold, bool firstAttemptsOnly)
    {
        var parcel = hold.Waiting.Dequeue(firstAttemptsOnly);
        hold.InFlight++;
        _inFlight++;
        _byOrigin[hold.Origin] = _byOrigin.GetValueOrDefault(hold.Origin) + 1;
        _rates?.Count(hold.Origin);
        Rotate(hold);
        return parcel;
    }

    private void Leave(Hold hold)
    {
        _inFlight--;
        hold.InFlight--;
        if (--_byOrigin[hold.Origin] == 0)
            _byOrigin.Remove(hold.Origin);
    }

    private void Rotate(Hold hold)
    {
        if (hold.CanSend && _inRotation.Add(hold))
            _rotation.Enqueue(hold);
    }

    private async Task PostAsync(Parcel parcel)
    {
        var startedAt = clock.GetUtcNow();
        var from = clock.GetTimestamp();
        var outcome = parcel switch
        {
            { KnownGone: { } reason } => new Outcome.KnownGone(reason),
            _ when parcel.Hold.LeaseLeft < options.Timeout => new Outcome.NotSent(),
            _ => await courier.PostAsync(parcel, startedAt, _abandon.Token),
        };
        Finished(parcel, outcome, startedAt, clock.GetElapsedTime(from));
        bells.Deliveries.Ring();
        Pump();
    }

    private void Finished(Parcel parcel, Outcome outcome, DateTimeOffset startedAt, TimeSpan took)
    {
        var hold = parcel.Hold;
        lock (_lock)
        {
            var wasBusy = hold.InFlight * 2 >= hold.Concurrency.Limit;
            Leave(hold);
            _sent.Add(new Sent(parcel, outcome, AttemptRows.Finished(parcel, outcome, startedAt, took, options.Name)));
            if (outcome is Outcome.Accepted && wasBusy && took < options.Timeout / Slow)
                hold.Concurrency.Grow();
            if (StatusTable.EndsCallback(outcome))
                GiveBack(hold, other => other.Delivery.CallbackId == parcel.Delivery.CallbackId);
            if (StatusTable.Throttles(outcome) && !hold.Concurrency.Shrink())
            {
                // Even one at a time is too many: the receiver is left alone, and what was begun for it goes back to its queue.
                hold.SpareUntil = clock.GetUtcNow() + options.ThrottleFloor;
                GiveBack(hold);
            }
            Rotate(hold);
        }
    }

    private void GiveBack(Hold hold, Func<Parcel, bool> unwanted)
    {
        lock (_lock)
            foreach (var parcel in hold.Waiting.Remove(unwanted))
            {
                _sent.Add(new Sent(parcel, new Outcome.NotSent(), null));
                bells.Deliveries.Ring();
            }
    }
}
