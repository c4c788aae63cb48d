namespace Storage.Jobs;

/// <summary>
/// How long a job waits after its n-th failed attempt: <c>base · factorⁿ⁻¹</c>, at most <c>max</c>, and up to a tenth more, so that jobs that
/// failed together don't return together. With the defaults of 5 s, 2 and 1 h: 5 s, 10 s, 20 s, 40 s… up to 1 h. A job may bring its own three.
/// </summary>
internal sealed class RetryWaits(TimeSpan first, TimeSpan longest)
{
    private const double Factor = 2;

    public TimeSpan After(Job job)
    {
        var max = job.BackoffMax ?? longest.TotalSeconds;
        // Infinite in the end, where a TimeSpan would overflow; and infinity times a base of zero is no number.
        var seconds = (job.BackoffBase ?? first.TotalSeconds) * Math.Min(Math.Pow(job.BackoffFactor ?? Factor, job.CountedAttempts - 1), double.MaxValue);
        var wait = TimeSpan.FromSeconds(seconds < max ? seconds : max);
        return wait + wait * (Random.Shared.NextDouble() / 10);
    }
}
