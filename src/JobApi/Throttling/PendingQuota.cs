using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Storage;
using Storage.Jobs;
using Storage.Tenants;

namespace JobApi.Throttling;

/// <summary>
/// How many jobs of a tenant may be pending. The database is asked once in a while, and once in <see cref="Pause"/> when the quota is near; in
/// between, what this process has admitted is added. It never overshoots by itself; several processes may, by what they admit between two looks.
/// </summary>
internal sealed class PendingQuota(JobStore jobs, IOptions<LimitsOptions> options, TimeProvider clock)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Id<Tenant>, Count> _counts = new();

    public int Most => options.Value.PendingJobs;

    /// <summary>A place for one more, to be given up when it is decided what became of it; null where there is none.</summary>
    public async ValueTask<Place?> TryTakeAsync(Id<Tenant> tenant, CancellationToken stop)
    {
        if (Most == 0)
            return Place.Unlimited;
        var count = _counts.GetOrAdd(tenant, _ => new());
        if (!count.IsGood(Most, clock))
            await LookAsync(count, tenant, stop);
        return count.TryTake(Most) ? new(count) : null;
    }

    private async Task LookAsync(Count count, Id<Tenant> tenant, CancellationToken stop)
    {
        await count.OneLook.WaitAsync(stop);
        try
        {
            if (count.IsGood(Most, clock))
                return;
            var settled = count.Settled;
            count.Set(await jobs.CountPendingAsync(tenant, Most, stop), settled, clock.GetTimestamp());
        }
        finally
        {
            count.OneLook.Release();
        }
    }

    /// <summary>One submission on its way.</summary>
    internal sealed class Place(Count? count) : IDisposable
    {
        public static Place Unlimited { get; } = new(null);

        public void Dispose() => count?.Settle();
    }

    /// <summary>
    /// What the last look found, and what was admitted since. A submission that was on its way during the look may be counted twice until the
    /// next one, but is never missed.
    /// </summary>
    internal sealed class Count
    {
        private readonly Lock _gate = new();
        private long? _lookedAt;
        private long _pending;
        private long _admitted;
        private long _settled;
        private long _seen;

        public SemaphoreSlim OneLook { get; } = new(1);

        public long Settled
        {
            get
            {
                lock (_gate)
                    return _settled;
            }
        }

        public bool IsGood(int most, TimeProvider clock)
        {
            lock (_gate)
                return _lookedAt is { } at && clock.GetElapsedTime(at) is var age
                    && (age < Pause || age < GoodFor && _pending + 2 * (_admitted - _seen) < most / 2);
        }

        public bool TryTake(int most)
        {
            lock (_gate)
            {
                if (_pending + _admitted - _seen >= most)
                    return false;
                _admitted++;
                return true;
            }
        }

        public void Settle()
        {
            lock (_gate)
                _settled++;
        }

        /// <param name="pending">What the look found.</param>
        /// <param name="seen">How many submissions were settled before it: it saw them all.</param>
        /// <param name="now">When it was.</param>
        public void Set(long pending, long seen, long now)
        {
            lock (_gate)
                (_pending, _seen, _lookedAt) = (pending, seen, now);
        }
    }
}
