using System.ComponentModel.DataAnnotations;

namespace JobApi.Throttling;

/// <summary>Section <c>Limits</c>: how much one caller may ask of a process, and one tenant of the queue. 0 switches a limit off.</summary>
internal sealed class LimitsOptions
{
    /// <summary>Requests that one key may make in a minute, all of them at once if it likes. Default: 0, no limit.</summary>
    [Range(0, 10_000_000, ErrorMessage = "Limits:RequestsPerMinute must be from {1} to {2}.")]
    public int RequestsPerMinute { get; set; }

    /// <summary>Jobs of one tenant that may be pending at a time. Default: 10,000,000.</summary>
    [Range(0, 1_000_000_000, ErrorMessage = "Limits:PendingJobs must be from {1} to {2}.")]
    public int PendingJobs { get; set; } = 10_000_000;

    /// <summary>Wrong keys that one address may try in a minute before it is told to wait. Good keys work all the while. Default: 100.</summary>
    [Range(0, 10_000_000, ErrorMessage = "Limits:WrongKeysPerMinute must be from {1} to {2}.")]
    public int WrongKeysPerMinute { get; set; } = 100;
}
