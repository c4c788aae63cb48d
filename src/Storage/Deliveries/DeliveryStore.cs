using Microsoft.EntityFrameworkCore;
using Storage.Jobs;
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
    private static readonly Statement<Id<Delivery>> Replay = new(
        """
        UPDATE Deliveries SET Status = 0, Reason = NULL, Round = Deliveries.Round + 1, RoundAt = @now, DueAt = @now, Failures = 0
        FROM {rows} r WHERE Deliveries.Id = r.Id
        """,
        Col.Id<Id<Delivery>, Delivery>("Id", id => id));

    public async Task<Delivery?> FindAsync(Id<Tenant> tenant, Id<Delivery> id, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.TenantId == tenant, stop);
    }

    public async Task<List<Delivery>> ListAsync(Id<Tenant> tenant, DeliveryFilter filter, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        var deliveries = db.Deliveries.AsNoTracking().Where(d => d.TenantId == tenant);
        if (filter.Status is { } status)
            deliveries = deliveries.Where(d => d.Status == status);
        if (filter.JobId is { } job)
            deliveries = deliveries.Where(d => d.JobId == job);
        if (filter.ReceiverId is { } receiver)
            deliveries = deliveries.Where(d => d.ReceiverId == receiver);
        if (filter.EventType is { } type)
            deliveries = deliveries.Where(d => d.EventType == type);
        if (filter.Reason is { } reason)
            deliveries = deliveries.Where(d => d.Reason == reason);
        if (filter.CreatedAfter is { } after)
            deliveries = deliveries.Where(d => d.CreatedAt > after);
        if (filter.CreatedBefore is { } before)
            deliveries = deliveries.Where(d => d.CreatedAt < before);
        if (filter.Before is { } cursor)
            deliveries = deliveries.Where(d => d.Id.CompareTo(cursor) < 0);
        return await deliveries.OrderByDescending(d => d.Id).Take(filter.Limit).ToListAsync(stop);
    }

    /// <summary>The attempts of a delivery, oldest first, after a number.</summary>
    public async Task<List<Attempt>> AttemptsAsync(Id<Delivery> id, int after, int limit, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Attempts.AsNoTracking().Where(a => a.DeliveryId == id && a.Number > after)
            .OrderBy(a => a.Number).Take(limit).ToListAsync(stop);
    }

    /// <summary>
    /// Makes a delivery due now in its next round: same id, same bytes, fresh schedule. A disabled callback is enabled again. Null where there is
    /// no such delivery, or where its callback was deleted.
    /// </summary>
    public async Task<Delivery?> ReplayAsync(Id<Tenant> tenant, Id<Delivery> id, CancellationToken stop)
    {
        if (await FindAsync(tenant, id, stop) is not { } delivery)
            return null;
        var callback = await CallbackOfAsync(delivery, stop);
        if (callback is null)
            return null;
        var wakes = new Wakes();
        wakes.Add(callback);
        await database.WriteAsync(
            session =>
            {
                var now = clock.GetUtcNow();
                wakes.Rouse(session, now);
                session.Write(DeliveryStatements.EnableCallbacks, [callback]);
                session.Write(DeliveryStatements.ForgetGone, [callback]);
                session.Write(Replay, [id], ("now", now));
                return session.FlushAsync(stop);
            },
            stop);
        bells.Deliveries.Ring();
        return await FindAsync(tenant, id, stop);
    }

    private async Task<Callback?> CallbackOfAsync(Delivery delivery, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Callbacks.AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == delivery.CallbackId && c.Status != CallbackStatus.Deleted, stop);
    }
}
