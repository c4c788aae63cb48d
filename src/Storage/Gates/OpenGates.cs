using Storage.Sql;
using Storage.Tenants;

namespace Storage.Gates;

/// <summary>
/// How many jobs of each queue one claim may start. The rows of the gates are locked first and what runs is counted under the locks, so
/// claims behind one gate take turns, and none sees a free slot that another is filling.
/// </summary>
internal sealed class OpenGates
{
    private readonly HashSet<JobQueue> _closed = [];
    private readonly Dictionary<JobQueue, int> _free = [];

    /// <summary>Locks what stands before the queues; two statements more only where a limit is among them.</summary>
    public static async Task<OpenGates> LockAsync(SqlSession session, IReadOnlyCollection<JobQueue> queues, CancellationToken stop)
    {
        var keys = queues.Concat(queues.Select(q => q.Tenant).Distinct().Select(JobQueue.Whole)).Order().ToList();
        var gates = await session.ReadAsync(GateStatements.Lock, keys, GateStatements.Read, [], stop);
        var open = new OpenGates();
        foreach (var gate in gates)
            if (gate.PausedAt is not null)
                open._closed.Add(new(gate.TenantId, gate.Type));
        var limited = gates.Where(g => g.MaxRunning is not null).ToDictionary(g => new JobQueue(g.TenantId, g.Type), g => g.MaxRunning!.Value);
        if (limited.Count == 0)
            return open;
        var running = await CountAsync(session, limited.Keys, stop);
        foreach (var (queue, most) in limited)
            open._free[queue] = Math.Max(0, most - running.GetValueOrDefault(queue));
        return open;
    }

    /// <summary>How many jobs run behind each of the gates.</summary>
    public static async Task<Dictionary<JobQueue, int>> CountAsync(SqlSession session, IReadOnlyCollection<JobQueue> gates, CancellationToken stop)
    {
        var types = gates.Where(q => q.Type != Gate.WholeTenant).ToList();
        var tenants = gates.Where(q => q.Type == Gate.WholeTenant).ToList();
        var counts = await session.ReadAsync(GateStatements.CountRunning, types, GateStatements.ReadCount, [], stop);
        counts.AddRange(await session.ReadAsync(GateStatements.CountRunningOfTenant, tenants, GateStatements.ReadCount, [], stop));
        return new(counts);
    }

    public bool IsLimited(JobQueue queue) => _free.ContainsKey(queue) || _free.ContainsKey(JobQueue.Whole(queue.Tenant));

    /// <summary>How many may start, of as many as are wanted.</summary>
    public int Free(JobQueue queue, int wanted) =>
        _closed.Contains(queue)
            ? 0
            : Math.Min(wanted, Math.Min(_free.GetValueOrDefault(queue, wanted), _free.GetValueOrDefault(JobQueue.Whole(queue.Tenant), wanted)));

    /// <summary>Takes a slot; false where none is free any more.</summary>
    public bool TryTake(JobQueue queue)
    {
        if (Free(queue, 1) == 0)
            return false;
        Take(queue);
        Take(JobQueue.Whole(queue.Tenant));
        return true;
    }

    private void Take(JobQueue queue)
    {
        if (_free.TryGetValue(queue, out var free))
            _free[queue] = free - 1;
    }
}
