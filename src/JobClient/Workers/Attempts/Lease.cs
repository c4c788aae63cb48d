namespace Webhooks.Workers.Attempts;

/// <summary>
/// How long a job is ours for sure: counted from before the request that won or renewed it, on a clock that only runs forward. The service
/// counts from a later moment, so it never gives the job to another while we still believe that it is ours.
/// </summary>
internal sealed class Lease(TimeProvider clock, TimeSpan length, long askedAt)
{
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(0.25);

    private readonly Lock _gate = new();
    private long _askedAt = askedAt;
    private long _restsFrom;
    private TimeSpan _rest;
    private int _unanswered;

    public TimeSpan Length => length;

    public TimeSpan Left
    {
        get
        {
            lock (_gate)
                return length - clock.GetElapsedTime(_askedAt);
        }
    }

    public bool IsOver => Left <= TimeSpan.Zero;

    /// <summary>True while a renewal that got no answer is not to be tried again.</summary>
    public bool IsResting
    {
        get
        {
            lock (_gate)
                return clock.GetElapsedTime(_restsFrom) < _rest;
        }
    }

    /// <summary>True from a third of the lease on.</summary>
    public bool WantsRenewal => Left <= length * 2 / 3;

    /// <param name="askedAt">The timestamp from before the request that the service answered.</param>
    public void Renew(long askedAt)
    {
        lock (_gate)
        {
            _askedAt = Math.Max(_askedAt, askedAt);
            _unanswered = 0;
            _rest = TimeSpan.Zero;
        }
    }

    /// <summary>A renewal got no answer: the next may be tried after a rest.</summary>
    public void Rest(TimeSpan? asked)
    {
        lock (_gate)
        {
            _rest = Fit(BackOff.After(++_unanswered, asked));
            _restsFrom = clock.GetTimestamp();
        }
    }

    /// <summary>A wait that leaves time for another try: at most half of what is left, whoever asks for more.</summary>
    public TimeSpan Fit(TimeSpan wait)
    {
        var half = Left / 2;
        return wait <= half ? wait : half > ShortestRest ? half : ShortestRest;
    }
}
