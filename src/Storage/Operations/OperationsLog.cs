using System.Collections.Concurrent;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Operations;

/// <summary>
/// Tells tenants what happened to their deliveries and receivers: one event per kind, receiver and reason of one commit, however many deliveries
/// it was, owed to the tenant's operations callback. What happens to those deliveries themselves is not told, nor is the state of the receiver
/// that takes them, so nothing here feeds itself.
/// </summary>
internal sealed class OperationsLog(TimeProvider clock)
{
    /// <summary>How long a tenant without an operations callback costs no further look-up.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    /// <summary>Locks logs until the commit, in the order of ids.</summary>
    public static readonly Statement<Id<Job>> Lock = new(
        "SELECT j.LogId, j.TenantId, j.Seq FROM {rows} r, OperationsSequences AS j {lock} WHERE j.LogId = r.LogId ORDER BY j.LogId {for update of j}",
        Col.Id<Id<Job>, Job>("LogId", id => id));

    private static readonly Statement<OperationsSequence> Advance = new(
        "UPDATE OperationsSequences SET Seq = r.Seq FROM {rows} r WHERE OperationsSequences.LogId = r.LogId",
        Col.Id<OperationsSequence, Job>("LogId", s => s.LogId), Col.Int<OperationsSequence>("Seq", s => s.Seq));

    /// <summary>Which of these deliveries are parked indeed: one that was canceled or replayed meanwhile was not settled.</summary>
    private static readonly Statement<Happening> Parked = new(
        "SELECT d.Id FROM {rows} r, Deliveries AS d WHERE d.Id = r.Id AND d.Status = 2 AND d.Round = r.Round",
        Col.Id<Happening, Delivery>("Id", h => h.DeliveryId), Col.Int<Happening>("Round", h => h.Round));

    private readonly ConcurrentDictionary<Id<Tenant>, (bool Listens, long Since)> _known = [];

    /// <summary>
    /// Appends what happened, as the transaction's last part: everybody who locks receivers' rows and a log locks the log last.
    /// <paramref name="wakes"/> gets the receivers that have work since.
    /// </summary>
    public async Task WriteAsync(
        SqlSession session, IReadOnlyList<Happening> happenings, DateTimeOffset now, Wakes wakes, CancellationToken stop)
    {
        if (happenings.Count == 0)
            return;
        var listening = await ListeningAsync(session, [.. happenings.Select(h => h.TenantId).Distinct()], stop);
        var told = await CameToPassAsync(session, [.. happenings.Where(h => listening.Contains(h.TenantId) && !IsOurOwn(h))], stop);
        var byLog = told.ToLookup(h => OperationsSequence.LogOf(h.TenantId));
        var logs = await session.ReadAsync(
            Lock, [.. byLog.Select(log => log.Key).Order()],
            row => new OperationsSequence { LogId = row.Id<Job>(), TenantId = row.Id<Tenant>(), Seq = row.Int() }, [], stop);
        var callbacks = await session.ReadAsync(
            DeliveryStatements.ReadCallbacks, [.. logs.Select(log => log.LogId)], DeliveryStatements.ReadCallback, [], stop);

        var (events, deliveries) = (new List<JobEvent>(), new List<Delivery>());
        foreach (var callback in callbacks.Where(c => c.Status == CallbackStatus.Active))
            foreach (var alike in Alike(byLog[callback.JobId], callback))
            {
                var happened = Append(logs.Single(log => log.LogId == callback.JobId), alike, now);
                events.Add(happened);
                deliveries.Add(Delivery.Of(callback, happened.Seq, happened.Type, happened.Body.Length, now));
                wakes.Add(callback);
            }
        session.Write(Advance, logs);
        session.Write(JobStatements.InsertEvents, events);
        session.Write(DeliveryStatements.InsertDeliveries, deliveries);
    }

    /// <summary>A callback came or went in this process.</summary>
    public void Forget(Id<Tenant> tenant) => _known.TryRemove(tenant, out _);

    private async Task<HashSet<Id<Tenant>>> ListeningAsync(SqlSession session, List<Id<Tenant>> tenants, CancellationToken stop)
    {
        var unknown = tenants.FindAll(t => !_known.TryGetValue(t, out var known) || clock.GetElapsedTime(known.Since) >= KeptFor);
        var since = clock.GetTimestamp();
        var callbacks = await session.ReadAsync(
            DeliveryStatements.ReadCallbacks, unknown.ConvertAll(OperationsSequence.LogOf), DeliveryStatements.ReadCallback, [], stop);
        foreach (var tenant in unknown)
            _known[tenant] = (callbacks.Exists(c => c.TenantId == tenant && c.Status == CallbackStatus.Active), since);
        return [.. tenants.Where(t => _known.TryGetValue(t, out var known) && known.Listens)];
    }

    private static async Task<List<Happening>> CameToPassAsync(SqlSession session, List<Happening> happenings, CancellationToken stop)
    {
        var parked = happenings.FindAll(h => h.DeliveryId is not null);
        var indeed = (await session.ReadAsync(Parked, parked, row => row.Id<Delivery>(), [], stop)).ToHashSet();
        return happenings.FindAll(h => h.DeliveryId is not { } delivery || indeed.Contains(delivery));
    }

    private static bool IsOurOwn(Happening happening) => happening.JobId == OperationsSequence.LogOf(happening.TenantId);

    /// <summary>What the callback asked for, together where type, receiver and reason are the same.</summary>
    private static IEnumerable<List<Happening>> Alike(IEnumerable<Happening> happenings, Callback callback)
    {
        var origin = Origin.Of(callback.Url);
        return happenings
            .Where(h => callback.Events.Includes(h.Type) && (h.CallbackId is not null || h.Origin != origin))
            .GroupBy(h => (h.Type, h.ReceiverId, h.Reason), (_, alike) => alike.ToList());
    }

    private static JobEvent Append(OperationsSequence log, List<Happening> alike, DateTimeOffset now)
    {
        log.Seq++;
        return new JobEvent
        {
            JobId = log.LogId, Seq = log.Seq, Type = alike[0].Type, CreatedAt = now, Body = OperationsJson.Event(alike, log.Seq, now),
        };
    }
}
