using System.ComponentModel.DataAnnotations;

namespace Webhooks.Contract;

/// <summary>
/// How long a job waits after its n-th failed attempt: <c>base_seconds · factorⁿ⁻¹</c>, at most <c>max_seconds</c>, and up to a tenth more.
/// What is left out is the service's own.
/// </summary>
public sealed record Backoff
{
    /// <summary>The wait after the first failure: 0 to 86,400 seconds. Default: the service's, 5.</summary>
    [Range(0d, 86_400d)]
    public double? BaseSeconds { get; init; }

    /// <summary>What each wait is multiplied by for the next: 1 to 10. Default: 2.</summary>
    [Range(1d, 10d)]
    public double? Factor { get; init; }

    /// <summary>The longest wait: 0 to 604,800 seconds. Default: the service's, 3,600.</summary>
    [Range(0d, 604_800d)]
    public double? MaxSeconds { get; init; }
}
