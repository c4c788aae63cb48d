using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using DeliveryEngine.Sending;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Operations;
using Storage.Sql;

namespace DeliveryEngine.Turns;

/// <summary>What becomes of deliveries in a turn: of those that came back, and of those that are parked unsent. And what that says of their receivers.</summary>
internal sealed class Settling(
    StatusTable table, Breaker breaker, TimeSpan disableAfter, IReadOnlyDictionary<Id<Receiver>, Slot> slots, TurnResult result, DateTimeOffset now)
{
    private readonly List<Happening> _happenings = [];

    /// <summary>What administrators are told.</summary>
    public IReadOnlyList<Happening> Happenings => _happenings;

    /// <summary>Settles what came back for receivers that are still ours; the others' next owner has it.</summary>
    public async Task WriteAsync(
        SqlSession session, IReadOnlyList<Sent> sent, IReadOnlyDictionary<Id<Receiver>, DateTimeOffset> goodElsewhere, CancellationToken stop)
    {
        var settlements = new List<Settlement>(sent.Count);
        foreach (var one in sent)
        {
            if (!slots.TryGetValue(one.Parcel.Hold.Id, out var slot) || slot.Hold != one.Parcel.Hold)
                continue;
            settlements.Add(ToSettlement(one, slot.Row));
            slot.Settle(one.Parcel.Delivery.Id);
            Judge(slot, one, goodElsewhere);
        }
        await WriteAsync(session, settlements, stop);
        foreach (var slot in slots.Values.Where(s => s.Hold.SpareUntil > s.Row.HeldUntil))
            slot.Row.HeldUntil = slot.Hold.SpareUntil;
    }

    public Task ParkAsync(SqlSession session, List<OwedDelivery> unsent, string reason, CancellationToken stop) => WriteAsync(
        session,
        unsent.ConvertAll(d => new Settlement
        {
            Delivery = d, Attempt = null, Status = DeliveryStatus.Parked, Reason = reason, Failures = d.Failures, DueAt = d.DueAt,
        }),
        stop);

    private async Task WriteAsync(SqlSession session, List<Settlement> settlements, CancellationToken stop)
    {
        var disabling = await Settlements.ReadDisablingAsync(session, settlements, stop);
        Settlements.Write(session, settlements, now);
        result.Settled.AddRange(settlements.Select(s => s.Status));
        _happenings.AddRange(settlements.Where(s => s.Status == DeliveryStatus.Parked).Select(s => Happening.Parked(s, OriginOf(s))));
        _happenings.AddRange(disabling.Select(s => Happening.Disabled(s, OriginOf(s))));
    }

    private string OriginOf(Settlement settled) => slots[settled.Delivery.ReceiverId].Row.Origin;

    private Settlement ToSettlement(Sent sent, LeasedReceiver row)
    {
        var delivery = sent.Parcel.Delivery;
        var settled = new Settlement
        {
            Delivery = delivery, Attempt = sent.Attempt, Status = DeliveryStatus.Parked, Failures = delivery.Failures, DueAt = delivery.DueAt,
        };
        switch (table.Decide(sent.Outcome, delivery, Schedule.Of(sent.Parcel.Letter.Schedule), now))
        {
            case Decision.Delivered:
                return settled with { Status = DeliveryStatus.Delivered, DeliveredAt = sent.Attempt!.FinishedAt };
            case Decision.Requeue: // it keeps its place
                return settled with { Status = DeliveryStatus.Pending };
            case Decision.Retry retry:
                return settled with
                {
                    Status = DeliveryStatus.Pending, DueAt = now + retry.Wait, Failures = delivery.Failures + (retry.Counts ? 1 : 0),
                };
            case Decision.Park park:
                return settled with { Reason = park.Reason };
            case Decision.Disable { RememberUrl: true } disable:
                row.GoneUntil = now + GoneUrl.RememberedFor;
                return settled with { Reason = disable.Reason, DisableCallback = disable.Reason, GoneUrl = sent.Parcel.Letter.Url };
            case Decision.Disable disable:
                return settled with { Reason = disable.Reason, DisableCallback = disable.Reason };
            case var decision:
                throw new NotSupportedException(decision.ToString());
        }
    }

    /// <summary>What the outcome says about the receiver: its breaker, and whether it has failed for so long that it is disabled.</summary>
    private void Judge(Slot slot, Sent sent, IReadOnlyDictionary<Id<Receiver>, DateTimeOffset> goodElsewhere)
    {
        var (row, openings, verdict) = (slot.Row, slot.Row.Health.Openings, StatusTable.VerdictOf(sent.Outcome));
        if (goodElsewhere.TryGetValue(row.Id, out var good))
            row.Health = Breaker.After(row.Health, good);
        slot.Judge(breaker, verdict, sent.Parcel.Delivery, now);
        if (sent.Outcome is Outcome.Accepted)
            row.Health = row.Health with { SucceededAt = now };
        if (row.Health.Openings > openings)
            Happened(JobEventType.BreakerOpened, row, row.HeldUntil);
        else if (row.Health.Openings < openings)
            Happened(JobEventType.BreakerClosed, row);
        if (row.DisabledAt is not null || verdict == Verdict.None || !(now - row.Health.FailingSince >= disableAfter))
            return;
        (row.DisabledAt, row.HeldUntil) = (now, now);
        Happened(JobEventType.ReceiverDisabled, row);
    }

    private void Happened(JobEventType type, LeasedReceiver row, DateTimeOffset? until = null)
    {
        var happening = Happening.Of(type, row, until: until);
        _happenings.Add(happening);
        result.Changes.Add(happening);
    }
}
