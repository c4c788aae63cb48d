namespace Storage.Deliveries;

/// <summary>Times as ids: a delivery's id begins with the millisecond of its event, and every index of deliveries ends with the id.</summary>
internal static class DeliveryTimes
{
    private static readonly UInt128 Millisecond = (UInt128)1 << 80;

    /// <summary>Ids greater than the first and smaller than the second are of events later than the one time and earlier than the other.</summary>
    public static (Id<Delivery> After, Id<Delivery> Before) Between(DateTimeOffset? after, DateTimeOffset? before)
    {
        var first = after is { } from ? Bits(from) + Millisecond - 1 : 0;
        var last = before is not { } to ? UInt128.MaxValue : to.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? Bits(to) : Bits(to) + Millisecond;
        return (new(first.ToGuid()), new(last.ToGuid()));
    }

    private static UInt128 Bits(DateTimeOffset time) => Id<Delivery>.Earliest(time).Value.ToUInt128();
}
