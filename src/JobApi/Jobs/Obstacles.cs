using System.Collections.Concurrent;
using Storage;
using Storage.Gates;
using Storage.Jobs;
using Storage.Tenants;
using Storage.Workers;
using Webhooks.Contract;

namespace JobApi.Jobs;

/// <summary>Why a job that is due has not been started: what a document says as <c>pending_reason</c>.</summary>
internal sealed class Obstacles(GateStore gates, WorkerStore workers, WorkerBook book, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Id<Tenant>, Seen> _seen = new();

    /// <summary>As it is now. Only who is there to work, in other processes, is remembered for a second.</summary>
    public async Task<string?> BeforeAsync(Job job, CancellationToken stop) =>
        IsDue(job) ? (await LookAsync(job.TenantId, stop)).Before(job) : null;

    /// <summary>What stood before the tenant's jobs within the last second: for the answer to a new job, which comes too often to look each time.</summary>
    public async ValueTask<string?> LatelyBeforeAsync(Job job, CancellationToken stop)
    {
        if (!IsDue(job))
            return null;
        var seen = _seen.TryGetValue(job.TenantId, out var known) && clock.GetElapsedTime(known.At) < Remembered
            ? known
            : await LookAsync(job.TenantId, stop);
        return seen.Before(job);
    }

    /// <summary>One look for the jobs of a list, which are one tenant's.</summary>
    public async Task<Func<Job, string?>> BeforeAsync(IReadOnlyList<Job> jobs, CancellationToken stop)
    {
        if (jobs.FirstOrDefault(IsDue) is not { } some)
            return _ => null;
        var seen = await LookAsync(some.TenantId, stop);
        return job => IsDue(job) ? seen.Before(job) : null;
    }

    private bool IsDue(Job job) => job.Status == JobStatus.Pending && job.DueAt <= clock.GetUtcNow();

    private async Task<Seen> LookAsync(Id<Tenant> tenant, CancellationToken stop)
    {
        var at = clock.GetTimestamp();
        var elsewhere = _seen.TryGetValue(tenant, out var known) && clock.GetElapsedTime(known.WorkersAt) < Remembered
            ? (At: known.WorkersAt, Types: known.TypesElsewhere)
            : (At: at, Types: [.. (await workers.LiveTypesAsync(tenant, stop)).Keys]);
        var (found, running) = await gates.ReadAsync(tenant, stop);
        var seen = new Seen(
            at, elsewhere.At, elsewhere.Types, [.. book.LiveTypes(tenant)], [.. found.Where(g => g.PausedAt is not null).Select(g => g.Type)],
            [.. found.Where(g => g.MaxRunning <= running.GetValueOrDefault(new(tenant, g.Type))).Select(g => g.Type)]);
        _seen[tenant] = seen;
        return seen;
    }

    private sealed record Seen(
        long At, long WorkersAt, HashSet<string> TypesElsewhere, HashSet<string> TypesHere, HashSet<string> Paused, HashSet<string> Full)
    {
        public string? Before(Job job) =>
            Paused.Contains(job.Type) || Paused.Contains(Gate.WholeTenant) ? PendingReasons.Paused
            : !TypesHere.Contains(job.Type) && !TypesElsewhere.Contains(job.Type) ? PendingReasons.NoWorker
            : Full.Contains(job.Type) || Full.Contains(Gate.WholeTenant) ? PendingReasons.ConcurrencyLimited
            : null;
    }
}
