using Microsoft.EntityFrameworkCore;
using Storage.Jobs;
using Storage.Sql;
using Storage.Tenants;
using News = Storage.Workers.WorkerBook.Entry.News;

namespace Storage.Workers;

/// <summary>The table of workers: what the processes heard of them, put together.</summary>
internal sealed class WorkerStore(Database database, WorkerBook book, TimeProvider clock)
{
    /// <summary>How long a worker that is gone stays listed.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private static readonly Column<News>[] Columns =
    [
        Col.Id<News, Tenant>("TenantId", n => n.Tenant), Col.Name<News>("Name", n => n.Name), Col.Text<News>("Types", n => n.Types),
        Col.Text<News>("Version", n => n.Version), Col.Time<News>("FirstSeenAt", n => n.FirstSeenAt), Col.Time<News>("LastSeenAt", n => n.LastSeenAt),
        Col.Time<News>("LiveUntil", n => n.LiveUntil), Col.Long<News>("Finished", n => n.Finished), Col.Long<News>("Failed", n => n.Failed),
    ];

    private static readonly Statement<News> Ensure = new(
        """
        INSERT INTO Workers (TenantId, Name, Types, FirstSeenAt, LastSeenAt, LiveUntil, Finished, Failed)
        SELECT r.TenantId, r.Name, '', r.FirstSeenAt, r.FirstSeenAt, r.FirstSeenAt, 0, 0 FROM {rows} r
        WHERE NOT EXISTS (SELECT 1 FROM Workers AS k {key lock} WHERE k.TenantId = r.TenantId AND k.Name = r.Name)
        {or ignore}
        """,
        Columns);

    private static readonly Statement<News> Lock = new(
        """
        SELECT j.Name FROM {rows} r, Workers AS j {lock} WHERE j.TenantId = r.TenantId AND j.Name = r.Name
        ORDER BY j.TenantId, j.Name {for update of j}
        """,
        Columns[..2]);

    private static readonly Statement<News> Update = new(
        """
        UPDATE Workers SET Types = COALESCE(r.Types, Workers.Types), Version = COALESCE(r.Version, Workers.Version),
            LastSeenAt = CASE WHEN r.LastSeenAt > Workers.LastSeenAt THEN r.LastSeenAt ELSE Workers.LastSeenAt END,
            LiveUntil = CASE WHEN r.LiveUntil > Workers.LiveUntil THEN r.LiveUntil ELSE Workers.LiveUntil END,
            Finished = Workers.Finished + r.Finished, Failed = Workers.Failed + r.Failed
        FROM {rows} r WHERE Workers.TenantId = r.TenantId AND Workers.Name = r.Name
        """,
        Columns);

    /// <summary>Writes what this process has heard since it wrote last; of a worker that was written just now, nothing unless all is asked for.</summary>
    public async Task<int> WriteNewsAsync(bool all, CancellationToken stop)
    {
        var news = book.Take(all).OrderBy(n => n.Tenant).ThenBy(n => n.Name, StringComparer.Ordinal).ToList();
        if (news.Count == 0)
            return 0;
        return await database.WriteAsync(
            async session =>
            {
                session.Write(Ensure, news);
                await session.ReadAsync(Lock, news, row => row.Text(), [], stop);
                session.Write(Update, news);
                return news.Count;
            },
            stop,
            durable: false);
    }

    /// <summary>The workers that a tenant sees, by name, and how many of its jobs each holds.</summary>
    public async Task<IReadOnlyList<(Worker Worker, int Held)>> ListAsync(Id<Tenant> tenant, string? after, int max, CancellationToken stop)
    {
        await WriteNewsAsync(all: true, stop);
        await using var db = database.CreateContext();
        var rows = await db.Workers.AsNoTracking().Where(w => w.TenantId == tenant || w.TenantId == Worker.Everybody).ToListAsync(stop);
        var held = await db.Jobs.Where(j => j.Status == JobStatus.Running && j.TenantId == tenant).GroupBy(j => j.Worker)
            .ToDictionaryAsync(jobs => jobs.Key ?? "", jobs => jobs.Count(), StringComparer.Ordinal, stop);
        return
        [
            .. rows.GroupBy(w => w.Name, StringComparer.Ordinal).Select(Merge).OrderBy(w => w.Name, StringComparer.Ordinal)
                .Where(w => after is null || string.CompareOrdinal(w.Name, after) > 0).Take(max).Select(w => (w, held.GetValueOrDefault(w.Name))),
        ];
    }

    /// <summary>The types that live workers do for a tenant, and how many do each.</summary>
    public async Task<Dictionary<string, int>> LiveTypesAsync(Id<Tenant> tenant, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        await using var db = database.CreateContext();
        var live = await db.Workers.AsNoTracking()
            .Where(w => (w.TenantId == tenant || w.TenantId == Worker.Everybody) && w.LiveUntil > now).Select(w => w.Types).ToListAsync(stop);
        return live.SelectMany(types => types.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct())
            .GroupBy(type => type, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
    }

    /// <summary>Removes workers that were not heard of for long.</summary>
    public async Task<int> ForgetAsync(CancellationToken stop)
    {
        var before = clock.GetUtcNow() - Remembered;
        await using var db = database.CreateContext();
        return await db.Workers.Where(w => w.LiveUntil <= before && w.LastSeenAt <= before).ExecuteDeleteAsync(stop);
    }

    /// <summary>A handler host has one row for itself, and one for what it did for the tenant.</summary>
    private static Worker Merge(IGrouping<string, Worker> rows)
    {
        var own = rows.FirstOrDefault(w => !w.IsInProcess);
        if (rows.FirstOrDefault(w => w.IsInProcess) is not { } host)
            return own!;
        (host.Finished, host.Failed) = (own?.Finished ?? 0, own?.Failed ?? 0);
        return host;
    }
}
