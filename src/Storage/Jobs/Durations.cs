using System.Collections.Concurrent;
using Storage.Tenants;

namespace Storage.Jobs;

/// <summary>
/// How long a tenant's jobs of one type took lately, from their first start to their end: the last <see cref="Remembered"/> of each type whose
/// end was committed by this process. It is kept in memory, since it only advises when to ask again.
/// </summary>
internal sealed class Durations
{
    private const int Remembered = 64;
    private const int MostTypes = 10_000;

    private readonly ConcurrentDictionary<(Id<Tenant>, string), Recent> _types = new();

    public void Observe(Job ended)
    {
        if (ended is not { StartedAt: { } started, FinishedAt: { } finished })
            return;
        if (_types.Count >= MostTypes)
            _types.Clear();
        _types.GetOrAdd((ended.TenantId, ended.Type), _ => new()).Add(finished - started);
    }

    /// <summary>
    /// How much longer half of those took that took longer than <paramref name="age"/>; null where none did, or nothing is known. With 1, 2, 3, 4
    /// and 10 s seen: 3 s at the start, 2 s after two, 6 s after four, null after ten.
    /// </summary>
    public TimeSpan? MedianLeft(Id<Tenant> tenant, string type, TimeSpan age) =>
        _types.TryGetValue((tenant, type), out var recent) ? recent.MedianAbove(age) - age : null;

    private sealed class Recent
    {
        private readonly TimeSpan[] _last = new TimeSpan[Remembered];
        private int _seen;

        public void Add(TimeSpan duration)
        {
            lock (_last)
                _last[_seen++ % Remembered] = duration;
        }

        public TimeSpan? MedianAbove(TimeSpan age)
        {
            Span<TimeSpan> longer = stackalloc TimeSpan[Remembered];
            var count = 0;
            lock (_last)
                foreach (var duration in _last.AsSpan(0, Math.Min(_seen, Remembered)))
                    if (duration > age)
                        longer[count++] = duration;
            if (count == 0)
                return null;
            longer[..count].Sort();
            return longer[(count - 1) / 2];
        }
    }
}
