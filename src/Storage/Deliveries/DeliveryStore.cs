using Microsoft.EntityFrameworkCore;
using Storage.Jobs;
using Storage.Replays;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>What <c>GET /deliveries</c> filters by. Newest first; <see cref="Before"/> is the last id of the page before.</summary>
internal sealed record DeliveryFilter(
    DeliveryStatus? Status, Id<Job>? JobId, Id<Receiver>? ReceiverId, JobEventType? EventType, string? Reason,
    DateTimeOffset? CreatedAfter, DateTimeOffset? CreatedBefore, Id<Delivery>? Before, int Limit);

/// <summary>Deliveries as people look at them and replay them.</summary>
internal sealed class DeliveryStore(Database database, TimeProvider clock, Bells bells)
{
    public async Task<Delivery?> FindAsync(Id<Tenant> tenant, Id<Delivery> id, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.TenantId == tenant, stop);
    }

    public async Task<List<Delivery>> ListAsync(Id<Tenant> tenant, DeliveryFilter filter, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        var lanes = filter.ReceiverId is { } receiver ? await Lanes.OfAsync(db, tenant, receiver, stop) : null;
        return await Page(db, tenant, filter, lanes).AsNoTracking().ToListAsync(stop);
    }

    /// <summary>
    /// The indexes are in the order of ids within one state of one receiver, so each gives its newest and the newest of those are the page.
    /// </summary>
    public static IQueryable<Delivery> Page(WebhooksDb db, Id<Tenant> tenant, DeliveryFilter filter, IReadOnlyList<Id<Receiver>>? lanes) =>
        StatesOf(filter).Select(status => Matching(db, tenant, filter, status))
            .SelectMany(state => lanes is null ? [state] : lanes.Select(lane => state.Where(d => d.ReceiverId == lane)))
            .Select(part => part.OrderByDescending(d => d.Id).Take(filter.Limit))
            .Aggregate((all, more) => all.Concat(more)).OrderByDescending(d => d.Id).Take(filter.Limit);

    private static DeliveryStatus[] StatesOf(DeliveryFilter filter) =>
        filter.Status is { } only ? [only]
        : filter.Reason is not null ? [DeliveryStatus.Parked, DeliveryStatus.Canceled] // no other state has one
        : Enum.GetValues<DeliveryStatus>();

    private static IQueryable<Delivery> Matching(WebhooksDb db, Id<Tenant> tenant, DeliveryFilter filter, DeliveryStatus status)
    {
        var deliveries = db.Deliveries.Where(d => d.TenantId == tenant && d.Status == status);
        if (filter.JobId is { } job)
            deliveries = deliveries.Where(d => d.JobId == job);
        if (filter.EventType is { } type)
            deliveries = deliveries.Where(d => d.EventType == type);
        if (filter.Reason is { } reason)
            deliveries = deliveries.Where(d => d.Reason == reason);
        var (after, before) = DeliveryTimes.Between(filter.CreatedAfter, filter.CreatedBefore);
        if (filter.CreatedAfter is not null)
            deliveries = deliveries.Where(d => d.Id.CompareTo(after) > 0);
        if (filter.CreatedBefore is not null)
            deliveries = deliveries.Where(d => d.Id.CompareTo(before) < 0);
        if (filter.Before is { } cursor)
            deliveries = deliveries.Where(d => d.Id.CompareTo(cursor) < 0);
        return deliveries;
    }

    /// <summary>The attempts of a delivery, oldest first, after a number.</summary>
    public async Task<List<Attempt>> AttemptsAsync(Id<Delivery> id, int after, int limit, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Attempts.AsNoTracking().Where(a => a.DeliveryId == id && a.Number > after)
            .OrderBy(a => a.Number).Take(limit).ToListAsync(stop);
    }

    /// <summary>
    /// Makes a delivery due in its next round, whatever its state: now or, where it is ordered, when its turn comes. Null where there is no such
    /// delivery, or where its callback was deleted.
    /// </summary>
    public async Task<Delivery?> ReplayAsync(Id<Tenant> tenant, Id<Delivery> id, CancellationToken stop)
    {
        if (await FindAsync(tenant, id, stop) is not { } delivery)
            return null;
        Candidate[] only = [new(id, delivery.ReceiverId, delivery.CallbackId)];
        if (await database.WriteAsync(session => NextRound.BeginAsync(session, only, null, clock.GetUtcNow(), stop), stop) == 0)
            return null;
        bells.Deliveries.Ring();
        return await FindAsync(tenant, id, stop);
    }
}
