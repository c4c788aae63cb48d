namespace DeliveryEngine.Receivers;

/// <summary>
/// What receivers may take that have yet to show that they answer: new ones, and ones whose last POSTs failed. Together a quarter of the places in
/// flight, tenants alike and the receivers of a tenant alike; beyond that, up to half of them, one for each that has none. So however many hang,
/// half is left for those that are known to answer, and what is hung on can't take the places of all.
/// </summary>
internal static class Shares
{
    /// <param name="slots">Receivers with a wish, as <see cref="Slot.Room"/>; it is cut to what each may have.</param>
    /// <param name="others">Receivers that are held besides.</param>
    /// <param name="places">How many may be in flight at once in all.</param>
    public static void Allot(IReadOnlyCollection<Slot> slots, IEnumerable<Hold> others, int places)
    {
        List<Slot> wishing = [.. slots.Where(s => !s.Row.Health.IsProven && s.Room > 0).OrderBy(s => s.Begun)];
        if (wishing.Count == 0)
            return;
        var known = slots.Where(s => !s.Row.Health.IsProven && (s.Begun > 0 || s.Room > 0)).Select(s => (s.Row.TenantId, s.Begun))
            .Concat(others.Where(h => !h.IsProven && h.Begun > 0).Select(h => (TenantId: h.Tenant, h.Begun)))
            .GroupBy(x => x.TenantId)
            .ToDictionary(g => g.Key, g => (Receivers: g.Count(), Begun: g.Sum(x => x.Begun)));
        var budget = Math.Max(1, places / 4 / known.Count);
        var left = known.ToDictionary(t => t.Key, t => budget - t.Value.Begun);
        var taken = known.Values.Sum(t => t.Begun);
        foreach (var slot in wishing)
        {
            var tenant = slot.Row.TenantId;
            var share = Math.Max(1, budget / known[tenant].Receivers);
            var room = Math.Min(Math.Min(slot.Room, left[tenant]), Math.Min(share, slot.Hold.Concurrency.Limit) - slot.Begun);
            if (room <= 0)
                room = slot.Begun == 0 && taken < Math.Max(1, places / 2) ? 1 : 0;
            slot.IsCrowdedOut = room == 0 && slot.Begun == 0;
            slot.Room = room;
            left[tenant] -= room;
            taken += room;
        }
    }
}
