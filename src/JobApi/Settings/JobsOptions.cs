using System.ComponentModel.DataAnnotations;
using Storage.Jobs;
using Webhooks.Workers;

namespace JobApi.Settings;

/// <summary>Section <c>Jobs</c>: how jobs run in this process.</summary>
internal sealed class JobsOptions
{
    /// <summary>How many handlers run at once. Default: 64, since most of them wait for something else.</summary>
    [Range(1, 10_000, ErrorMessage = "Jobs:HandlerConcurrency must be from {1} to {2}.")]
    public int HandlerConcurrency { get; set; } = 64;

    /// <summary>How long a job stays with a process that says nothing more; renewed at a third of it. Default: one minute.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00", ErrorMessage = "Jobs:Lease must be from {1} to {2}.")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The wait after a first failed attempt; it doubles with each. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "Jobs:RetryFirst must be from {1} to {2}.")]
    public TimeSpan RetryFirst { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between two attempts. Default: one hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00", ErrorMessage = "Jobs:RetryLongest must be from {1} to {2}.")]
    public TimeSpan RetryLongest { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long running handlers may go on when the process stops, before they are told to. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = "Jobs:StopGrace must be from {1} to {2}.")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many expired jobs one transaction removes. Default: 200.</summary>
    [Range(1, 10_000, ErrorMessage = "Jobs:RetentionBatch must be from {1} to {2}.")]
    public int RetentionBatch { get; set; } = 200;

    /// <summary>How handlers in this process work.</summary>
    public WorkerSettings Worker => new(HandlerConcurrency, Lease, StopGrace);

    /// <summary>The waits between attempts.</summary>
    public RetryWaits Waits => new(RetryFirst, RetryLongest);
}
