using System.Collections.Concurrent;

namespace JobApi.Throttling;

/// <summary>What came of asking for one more.</summary>
/// <param name="Granted">Whether it may be.</param>
/// <param name="Left">How many more may be right now.</param>
/// <param name="Wait">When there is room for one again, where there was none.</param>
/// <param name="Reset">When all of it is there again.</param>
internal readonly record struct Grant(bool Granted, int Left, TimeSpan Wait, TimeSpan Reset);

/// <summary>
/// A rate for each of many: <paramref name="count"/> per <paramref name="window"/>, all at once after a pause. It is the generic cell rate
/// algorithm, whose whole state is one time per key: when the key would have used up what it took if it had taken it evenly. With 60 a minute,
/// each take moves that time on by 1 s, and it may be 60 s ahead at the most.
/// </summary>
internal sealed class Allowances<TKey>(int count, TimeSpan window, TimeProvider clock)
    where TKey : notnull
{
    private const int MostKeys = 100_000;

    private readonly ConcurrentDictionary<TKey, Account> _accounts = new();
    private readonly Account _rest = new();
    private readonly long _start = clock.GetTimestamp();
    private readonly long _step = Math.Max(1, window.Ticks / count);
    private readonly long _most = window.Ticks;
    private long _tidiedAt;

    public int Count => count;

    public TimeSpan Window => window;

    public Grant Take(TKey key)
    {
        var now = clock.GetElapsedTime(_start).Ticks;
        var account = AccountOf(key, now);
        lock (account)
        {
            var used = Math.Max(account.UsedUntil, now) + _step;
            var granted = used - now <= _most;
            if (granted)
                account.UsedUntil = used;
            var ahead = Math.Max(0, account.UsedUntil - now);
            return new(granted, (int)((_most - ahead) / _step), TimeSpan.FromTicks(granted ? 0 : used - now - _most), TimeSpan.FromTicks(ahead));
        }
    }

    /// <summary>When there are too many keys, those who have all of their allowance are forgotten; then all new ones share one.</summary>
    private Account AccountOf(TKey key, long now)
    {
        if (_accounts.TryGetValue(key, out var known))
            return known;
        if (_accounts.Count >= MostKeys && now - Interlocked.Read(ref _tidiedAt) >= TimeSpan.TicksPerSecond)
        {
            Interlocked.Exchange(ref _tidiedAt, now);
            foreach (var (idle, account) in _accounts)
                if (account.UsedUntil <= now)
                    _accounts.TryRemove(idle, out _);
        }
        return _accounts.Count < MostKeys ? _accounts.GetOrAdd(key, _ => new()) : _rest;
    }

    private sealed class Account
    {
        public long UsedUntil;
    }
}
