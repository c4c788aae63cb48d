namespace Storage.Jobs;

/// <summary>
/// How long a job waits after its n-th failed attempt: <c>first · 2ⁿ⁻¹</c>, at most <paramref name="longest"/>, and up to a tenth more, so that
/// jobs that failed together don't return together. With the default of 5 s: 5 s, 10 s, 20 s, 40 s… up to 1 h.
/// </summary>
internal sealed class RetryWaits(TimeSpan first, TimeSpan longest)
{
    public TimeSpan After(int attempt)
    {
        var seconds = first.TotalSeconds * Math.Pow(2, attempt - 1); // infinite in the end, where a TimeSpan would overflow
        var wait = seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
        return wait + wait * (Random.Shared.NextDouble() / 10);
    }
}
