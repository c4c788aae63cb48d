using Storage.Deliveries;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Operations;

/// <summary>
/// The one callback of a tenant's operations log. Its row stays the same when its URL changes, and what is owed moves along. Locks are taken as
/// a turn takes them: the receivers' rows, then the log's.
/// </summary>
internal sealed class OperationsCallbacks(Database database, OperationsLog log, TimeProvider clock, Bells bells)
{
    private static readonly Statement<OperationsSequence> Ensure = new(
        """
        INSERT INTO OperationsSequences (LogId, TenantId, Seq) SELECT r.LogId, r.TenantId, 0 FROM {rows} r
        WHERE NOT EXISTS (SELECT 1 FROM OperationsSequences AS k {key lock} WHERE k.LogId = r.LogId)
        {or ignore}
        """,
        Col.Id<OperationsSequence, Job>("LogId", s => s.LogId), Col.Id<OperationsSequence, Tenant>("TenantId", s => s.TenantId));

    private static readonly Statement<Id<Job>> ReadEver = new(
        DeliveryStatements.ReadCallbacks.Template.Replace(" AND c.Status <> 2", "", StringComparison.Ordinal),
        Col.Id<Id<Job>, Job>("JobId", id => id));

    private static readonly Statement<Callback> Replace = new(
        """
        UPDATE Callbacks SET Url = r.Url, ReceiverId = r.ReceiverId, Events = r.Events, Private = r.Private, Status = r.Status, Reason = r.Reason
        FROM {rows} r WHERE Callbacks.JobId = r.JobId
        """,
        Col.Id<Callback, Job>("JobId", c => c.JobId), Col.Text<Callback>("Url", c => c.Url),
        Col.Id<Callback, Receiver>("ReceiverId", c => c.ReceiverId), Col.Int<Callback>("Events", c => (int)c.Events),
        Col.Bytes<Callback>("Private", c => c.Private), Col.Int<Callback>("Status", c => (int)c.Status), Col.Text<Callback>("Reason", c => c.Reason));

    private static readonly Statement<Callback> MoveDeliveries = new(
        "UPDATE Deliveries SET ReceiverId = r.ReceiverId FROM {rows} r WHERE Deliveries.JobId = r.JobId AND Deliveries.ReceiverId <> r.ReceiverId",
        Col.Id<Callback, Job>("JobId", c => c.JobId), Col.Id<Callback, Receiver>("ReceiverId", c => c.ReceiverId));

    public async Task<Callback?> FindAsync(Id<Tenant> tenant, CancellationToken stop)
    {
        var found = await database.ReadAsync(session => ReadAsync(session, tenant, stop), stop);
        return found is { Status: CallbackStatus.Deleted } ? null : found;
    }

    /// <summary>
    /// Registers the callback, or replaces what is registered; answers the row as it is then, and whether there was none. A disabled one is
    /// active again.
    /// </summary>
    /// <param name="wanted">A callback of the log <see cref="OperationsSequence.LogOf"/> its tenant.</param>
    public async Task<(Callback Callback, bool IsNew)> PutAsync(Callback wanted, CancellationToken stop)
    {
        var answer = await database.WriteAsync(
            async session =>
            {
                var wakes = new Wakes();
                wakes.Add(wanted);
                wakes.Rouse(session, clock.GetUtcNow());
                session.Write(Ensure, [new OperationsSequence { LogId = wanted.JobId, TenantId = wanted.TenantId }]);
                await LockAsync(session, wanted.JobId, stop);
                var ever = await ReadAsync(session, wanted.TenantId, stop);
                if (ever is null)
                    session.Write(DeliveryStatements.InsertCallbacks, [wanted]);
                else
                    session.Write(Replace, [wanted]);
                session.Write(MoveDeliveries, [wanted]);
                session.Write(DeliveryStatements.ForgetGone, [wanted]);
                return (IsNew: ever is not { Status: not CallbackStatus.Deleted }, Callback: (await ReadAsync(session, wanted.TenantId, stop))!);
            },
            stop);
        log.Forget(wanted.TenantId);
        bells.Deliveries.Ring();
        return (answer.Callback, answer.IsNew);
    }

    /// <summary>Removes the callback and cancels what it is owed; null where there is none.</summary>
    public async Task<Callback?> RemoveAsync(Id<Tenant> tenant, CancellationToken stop)
    {
        if (await FindAsync(tenant, stop) is not { } known)
            return null;
        var removed = await database.WriteAsync(
            async session =>
            {
                var wakes = new Wakes();
                wakes.Add(known); // its owner can't settle meanwhile what is canceled here
                wakes.Rouse(session, clock.GetUtcNow());
                await LockAsync(session, known.JobId, stop);
                if (await ReadAsync(session, tenant, stop) is not { Status: not CallbackStatus.Deleted } callback)
                    return null;
                var gone = new Callback
                {
                    Id = callback.Id, TenantId = tenant, JobId = callback.JobId, Url = callback.Url, ReceiverId = callback.ReceiverId,
                    Events = callback.Events, Private = null, Status = CallbackStatus.Deleted, Reason = "callback_deleted", CreatedAt = callback.CreatedAt,
                };
                session.Write(Replace, [gone]);
                session.Write(DeliveryStatements.CancelPending, [gone]);
                return callback;
            },
            stop);
        log.Forget(tenant);
        return removed;
    }

    private static Task<List<Id<Job>>> LockAsync(SqlSession session, Id<Job> id, CancellationToken stop) =>
        session.ReadAsync(OperationsLog.Lock, [id], row => row.Id<Job>(), [], stop);

    private static async Task<Callback?> ReadAsync(SqlSession session, Id<Tenant> tenant, CancellationToken stop) =>
        (await session.ReadAsync(ReadEver, [OperationsSequence.LogOf(tenant)], DeliveryStatements.ReadCallback, [], stop)).SingleOrDefault();
}
