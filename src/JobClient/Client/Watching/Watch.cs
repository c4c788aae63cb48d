using System.Runtime.CompilerServices;
using Webhooks.Client.Sending;
using Webhooks.Contract;

namespace Webhooks.Client.Watching;

/// <summary>
/// Reads a job's log to its end, on the best of the ways that works: stream, long-polling, polling. The number of the last event is all that it
/// has to remember, so it changes ways, and outlives lost connections and restarts of the service, without missing an event or showing one twice.
/// </summary>
internal sealed class Watch(IReadOnlyList<Func<IWay>> ways, Repeats repeats, TimeProvider time)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(30);

    private int _best; // the way to read on
    private int _failures;
    private TimeSpan _rest = FirstRest;
    private DateTimeOffset _restsUntil;

    public async IAsyncEnumerable<JobEvent> ReadAsync(int after, [EnumeratorCancellation] CancellationToken stop)
    {
        var (way, taken) = (ways[0](), 0);
        try
        {
            while (true)
            {
                ComeBackUp();
                if (taken != _best)
                {
                    await way.DisposeAsync();
                    (way, taken) = (ways[_best](), _best);
                }
                var reading = await way.ReadAsync(after, stop);
                foreach (var happened in NewsOf(reading, after))
                {
                    after = happened.Seq;
                    yield return happened;
                    if (happened.IsTerminal)
                        yield break;
                }
                if (reading is Reading.Over)
                    yield break;
                if (Judge(reading, after) is var pause && pause > TimeSpan.Zero)
                    await Task.Delay(pause, time, stop);
            }
        }
        finally
        {
            await way.DisposeAsync();
        }
    }

    /// <summary>What is new, up to a gap: there is none in the log, so who left one is asked again from where it begins.</summary>
    private static IEnumerable<JobEvent> NewsOf(Reading reading, int after) => reading is Reading.News news
        ? news.Events.SkipWhile(happened => happened.Seq <= after).TakeWhile((happened, i) => happened.Seq == after + 1 + i)
        : [];

    /// <summary>What a reading means for the way; answers how long to wait before the next.</summary>
    private TimeSpan Judge(Reading reading, int after)
    {
        switch (reading)
        {
            case Reading.News news when news.Events[^1].Seq <= after:
                Works();
                return TimeSpan.Zero;
            case Reading.Quiet quiet:
                Works();
                return quiet.Pause;
            case Reading.Unfit unfit:
                StepDown();
                return unfit.AskedWait ?? TimeSpan.Zero;
            default:
                if (++_failures % 2 == 0 || reading is Reading.News)
                    StepDown();
                return repeats.WaitBefore(_failures, (reading as Reading.Broken)?.AskedWait);
        }
    }

    /// <summary>Who comes back from an outage begins with the best way again; one that has failed since is left to rest.</summary>
    private void Works()
    {
        if (_best == 0)
            _rest = FirstRest;
        else if (_failures > 0 && _rest == FirstRest)
            _restsUntil = time.GetUtcNow();
        _failures = 0;
    }

    private void StepDown()
    {
        if (_best == ways.Count - 1)
            return;
        _best++;
        _restsUntil = time.GetUtcNow() + _rest;
    }

    /// <summary>Every now and then the best way is tried again: after 1, 2, 4… 30 minutes.</summary>
    private void ComeBackUp()
    {
        if (_best == 0 || time.GetUtcNow() < _restsUntil)
            return;
        _best = 0;
        _rest = _rest * 2 < LongestRest ? _rest * 2 : LongestRest;
    }
}
