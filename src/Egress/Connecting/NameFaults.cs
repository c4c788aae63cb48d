using System.Collections.Concurrent;

namespace Egress;

/// <summary>
/// Tells a name whose own servers are broken from a resolver that is down: both look alike for one name. A name that still gets no verdict
/// when others, asked minutes after it first failed, got theirs, is at fault itself.
/// </summary>
internal sealed class NameFaults(TimeProvider time)
{
    /// <summary>So long the doubt is ours: an outage that only some names outlive in a cache is over by then, or noticed.</summary>
    private static readonly TimeSpan doubt = TimeSpan.FromMinutes(5);

    /// <summary>A name that nobody asked for so long begins anew.</summary>
    private static readonly TimeSpan forgotten = TimeSpan.FromMinutes(30);

    private const int MostNames = 10_000;

    private readonly ConcurrentDictionary<string, (long First, long Last)> failing = new();
    private long answered;

    /// <summary>The resolver said something definite about a name, if only that it does not exist.</summary>
    public void Answered(string host)
    {
        failing.TryRemove(host, out _);
        Volatile.Write(ref answered, time.GetTimestamp());
    }

    /// <summary>The resolver gave no verdict on a name: whether that is the name's own fault.</summary>
    public bool IsOf(string host)
    {
        if (failing.Count >= MostNames) failing.Clear();
        var now = time.GetTimestamp();
        var (first, _) = failing.AddOrUpdate(
            host, (now, now), (_, since) => time.GetElapsedTime(since.Last, now) < forgotten ? (since.First, now) : (now, now));
        return Volatile.Read(ref answered) is not 0 and var at && time.GetElapsedTime(first, at) >= doubt;
    }
}
