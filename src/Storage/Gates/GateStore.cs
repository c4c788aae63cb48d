using Microsoft.EntityFrameworkCore;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;
using Storage.Waking;

namespace Storage.Gates;

/// <summary>Pauses, resumes and limits; says what stands before a tenant's jobs.</summary>
internal sealed class GateStore(Database database, Bells bells, Crier crier, TimeProvider clock)
{
    private static readonly Statement<JobQueue> Ensure = new(
        """
        INSERT INTO Gates (TenantId, Type) SELECT r.TenantId, r.Type FROM {rows} r
        WHERE NOT EXISTS (SELECT 1 FROM Gates AS k {key lock} WHERE k.TenantId = r.TenantId AND k.Type = r.Type)
        {or ignore}
        """,
        Col.Id<JobQueue, Tenant>("TenantId", q => q.Tenant), Col.Name<JobQueue>("Type", q => q.Type));

    private static readonly Statement<Gate> Update = new(
        """
        UPDATE Gates SET PausedAt = r.PausedAt, MaxRunning = r.MaxRunning FROM {rows} r WHERE Gates.TenantId = r.TenantId AND Gates.Type = r.Type
        """,
        Col.Id<Gate, Tenant>("TenantId", g => g.TenantId), Col.Name<Gate>("Type", g => g.Type), Col.Time<Gate>("PausedAt", g => g.PausedAt),
        Col.Int<Gate>("MaxRunning", g => g.MaxRunning));

    private static readonly PlainStatement Remove = new("DELETE FROM Gates WHERE Gates.TenantId = @tenant AND Gates.Type = @type");

    /// <summary>Claims that begin after this has returned find the type closed; what runs goes on.</summary>
    public Task<Gate> PauseAsync(JobQueue queue, CancellationToken stop) => ChangeAsync(queue, gate => gate.PausedAt ??= clock.GetUtcNow(), stop);

    public Task<Gate> ResumeAsync(JobQueue queue, CancellationToken stop) => ChangeAsync(queue, gate => gate.PausedAt = null, stop);

    /// <summary>Lets at most so many run at once; null for no limit. What runs already goes on.</summary>
    public Task<Gate> LimitAsync(JobQueue queue, int? maxRunning, CancellationToken stop) =>
        ChangeAsync(queue, gate => gate.MaxRunning = maxRunning, stop);

    /// <summary>The gates of a tenant, and how many jobs run behind those with a limit.</summary>
    public Task<(List<Gate> Gates, Dictionary<JobQueue, int> Running)> ReadAsync(Id<Tenant> tenant, CancellationToken stop) =>
        database.ReadAsync(
            async session =>
            {
                var gates = await session.ReadAsync(GateStatements.OfTenant, GateStatements.Read, [("tenant", tenant.Value)], stop);
                var limited = gates.Where(g => g.MaxRunning is not null).Select(g => new JobQueue(g.TenantId, g.Type)).ToList();
                return (gates, await OpenGates.CountAsync(session, limited, stop));
            },
            stop);

    /// <summary>How many jobs of each type run.</summary>
    public async Task<Dictionary<string, int>> CountRunningAsync(Id<Tenant> tenant, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Jobs.Where(j => j.Status == JobStatus.Running && j.TenantId == tenant).GroupBy(j => j.Type)
            .ToDictionaryAsync(type => type.Key, type => type.Count(), StringComparer.Ordinal, stop);
    }

    private async Task<Gate> ChangeAsync(JobQueue queue, Action<Gate> change, CancellationToken stop)
    {
        var changed = await database.WriteAsync(
            async session =>
            {
                session.Write(Ensure, [queue]);
                var gate = (await session.ReadAsync(GateStatements.Lock, [queue], GateStatements.Read, [], stop))[0];
                change(gate);
                if (gate.Restricts)
                    session.Write(Update, [gate]);
                else
                    session.Write(Remove, ("tenant", queue.Tenant.Value), ("type", queue.Type));
                return gate;
            },
            stop);
        bells.Jobs.Ring();
        crier.Tell([], jobsAreDue: true, deliveriesAreDue: false);
        return changed;
    }
}
