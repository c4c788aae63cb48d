using Microsoft.EntityFrameworkCore;
using Storage.Sql;
using Storage.Tenants;

namespace Storage.Replays;

/// <summary>What came of asking for a replay.</summary>
internal abstract record Asked
{
    private Asked() { }

    internal sealed record Accepted(Replay Replay) : Asked;

    /// <summary>The idempotency key stands for this replay already; same request.</summary>
    internal sealed record Repeated(Replay Replay) : Asked;

    /// <summary>The key stands for another request.</summary>
    internal sealed record KeyReused : Asked;
}

/// <summary>Replays as people ask for them, look at them and steer them.</summary>
internal sealed class ReplayStore(Database database, TimeProvider clock)
{
    public Task<int> CountAsync(ReplayFilter filter, CancellationToken stop) =>
        database.ReadAsync(session => filter.CountAsync(session, stop), stop);

    public Task<Asked> AddAsync(Replay replay, CancellationToken stop) => database.WriteAsync(
        async session =>
        {
            session.Write(ReplayStatements.Insert, [replay]);
            if (replay.IdempotencyHash is null)
                return new Asked.Accepted(replay);
            var holder = (await session.ReadAsync(
                ReplayStatements.FindByKey, ReplayStatements.Read, [("tenant", replay.TenantId.Value), ("hash", replay.IdempotencyHash)], stop)).Single();
            return holder.Id == replay.Id ? new Asked.Accepted(holder)
                : holder.RequestHash.AsSpan().SequenceEqual(replay.RequestHash) ? new Asked.Repeated(holder)
                : (Asked)new Asked.KeyReused();
        },
        stop);

    public async Task<Replay?> FindAsync(Id<Tenant> tenant, Id<Replay> id, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        return await db.Replays.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id && r.TenantId == tenant, stop);
    }

    /// <summary>Newest first; <paramref name="before"/> is the last id of the page before.</summary>
    public async Task<List<Replay>> ListAsync(Id<Tenant> tenant, Id<Replay>? before, int limit, CancellationToken stop)
    {
        await using var db = database.CreateContext();
        var replays = db.Replays.AsNoTracking().Where(r => r.TenantId == tenant);
        if (before is { } cursor)
            replays = replays.Where(r => r.Id.CompareTo(cursor) < 0);
        return await replays.OrderByDescending(r => r.Id).Take(limit).ToListAsync(stop);
    }

    /// <summary>Holds the replay where it is. What it made due stays due. As all three: the replay as it is then, null where there is none.</summary>
    public Task<Replay?> PauseAsync(Id<Tenant> tenant, Id<Replay> id, CancellationToken stop) =>
        SteerAsync(tenant, id, (replay, _) => replay.Status = ReplayStatus.Paused, stop);

    public Task<Replay?> ResumeAsync(Id<Tenant> tenant, Id<Replay> id, CancellationToken stop) =>
        SteerAsync(tenant, id, (replay, now) => (replay.Status, replay.DueAt) = (ReplayStatus.Running, now > replay.PacedUntil ? now : replay.PacedUntil), stop);

    /// <summary>Ends the replay where it is. What it made due stays due.</summary>
    public Task<Replay?> CancelAsync(Id<Tenant> tenant, Id<Replay> id, CancellationToken stop) =>
        SteerAsync(tenant, id, (replay, now) => (replay.Status, replay.FinishedAt) = (ReplayStatus.Canceled, now), stop);

    private Task<Replay?> SteerAsync(Id<Tenant> tenant, Id<Replay> id, Action<Replay, DateTimeOffset> steer, CancellationToken stop) =>
        database.WriteAsync(
            async session =>
            {
                var replay = (await session.ReadAsync(
                    ReplayStatements.Lock, ReplayStatements.Read, [("id", id.Value), ("tenant", tenant.Value)], stop)).SingleOrDefault();
                if (replay is { IsFinished: false })
                {
                    steer(replay, clock.GetUtcNow());
                    session.Write(ReplayStatements.Update, [replay]);
                }
                return replay;
            },
            stop);
}
