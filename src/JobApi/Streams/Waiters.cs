using System.Diagnostics.CodeAnalysis;
using JobApi.Access;
using JobApi.Http;
using JobApi.Settings;
using Microsoft.Extensions.Options;
using Storage;
using Storage.Jobs;
using Storage.Tenants;
using Storage.Waking;

namespace JobApi.Streams;

/// <summary>All requests of this process that wait for a job: so many per key and in all, looked after by one beat.</summary>
internal sealed class Waiters
{
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan KeysAfter = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly HashSet<Waiter> _open = [];
    private readonly Dictionary<Id<ApiKey>, int> _perKey = [];
    private readonly ApiOptions _options;
    private readonly JobWatches _watches;
    private readonly KeyStanding _keys;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _stopping;
    private long _keysAskedAt;

    public Waiters(JobWatches watches, KeyStanding keys, IOptions<ApiOptions> options, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        (_watches, _keys, _options, _clock, _stopping) = (watches, keys, options.Value, clock, lifetime.ApplicationStopping);
        _keysAskedAt = clock.GetTimestamp();
        _stopping.UnsafeRegister(static waiters => ((Waiters)waiters!).EndAll(), this);
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>
    /// Opens one, which watches from now on. After the process was told to stop it is over at once, so that its caller gets what there is.
    /// </summary>
    public bool TryEnter(
        HttpContext http, Caller caller, Id<Job> job, [NotNullWhen(true)] out Waiter? waiter, [NotNullWhen(false)] out Problem? fault)
    {
        lock (_gate)
        {
            var ofKey = _perKey.GetValueOrDefault(caller.Key);
            (waiter, fault) = (null, ofKey >= _options.StreamsPerKey ? TooMany("key", ofKey) : _open.Count >= _options.Streams ? TooMany("process", _open.Count) : null);
            if (fault is not null)
                return false;
            http.MayTakeItsTime();
            waiter = new Waiter(this, http, caller, _watches.Watch(job), _clock);
            _open.Add(waiter);
            _perKey[caller.Key] = ofKey + 1;
        }
        if (_stopping.IsCancellationRequested)
            waiter.End();
        return true;
    }

    public void Leave(Waiter waiter)
    {
        lock (_gate)
        {
            if (!_open.Remove(waiter))
                return;
            if (--_perKey[waiter.Caller.Key] == 0)
                _perKey.Remove(waiter.Caller.Key);
        }
    }

    /// <summary>One beat: silent streams are pinged, stuck ones dropped, and those whose key is not good any more end.</summary>
    public async Task RunOnceAsync(CancellationToken stop)
    {
        foreach (var waiter in All())
            waiter.LookAfter(PingAfter, _options.StreamStall);
        if (_clock.GetElapsedTime(_keysAskedAt) < KeysAfter)
            return;
        List<Id<ApiKey>> keys;
        lock (_gate)
            keys = [.. _perKey.Keys];
        var good = await _keys.GoodAmongAsync(keys, stop);
        _keysAskedAt = _clock.GetTimestamp();
        foreach (var waiter in All())
            if (keys.Contains(waiter.Caller.Key) && !good.Contains(waiter.Caller.Key))
                waiter.End();
    }

    private void EndAll()
    {
        foreach (var waiter in All())
            waiter.End();
    }

    private Waiter[] All()
    {
        lock (_gate)
            return [.. _open];
    }

    private static Problem TooMany(string whose, int count) => new(
        StatusCodes.Status429TooManyRequests, "too_many_streams",
        $"This {whose} has {count} streams and waiting requests open, which is the limit; close some, or ask without waiting.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };
}
