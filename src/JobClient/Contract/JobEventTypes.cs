namespace Webhooks.Contract;

/// <summary>The kinds of change that a job goes through.</summary>
public static class JobEventTypes
{
    /// <summary>Accepted.</summary>
    public const string Enqueued = "job.enqueued";

    /// <summary>An attempt began.</summary>
    public const string Started = "job.started";

    /// <summary>Its handler reported progress; at most one a second.</summary>
    public const string Progress = "job.progress";

    /// <summary>Its handler gave out a part of its work.</summary>
    public const string Output = "job.output";

    /// <summary>An attempt failed, another will follow.</summary>
    public const string RetryScheduled = "job.retry_scheduled";

    /// <summary>A running job was asked to stop.</summary>
    public const string CancelRequested = "job.cancel_requested";

    /// <summary>Terminal: done.</summary>
    public const string Succeeded = "job.succeeded";

    /// <summary>Terminal: given up.</summary>
    public const string Failed = "job.failed";

    /// <summary>Terminal: stopped on request.</summary>
    public const string Canceled = "job.canceled";

    /// <summary>Whether nothing follows an event of this kind.</summary>
    public static bool IsTerminal(string? type) => type is Succeeded or Failed or Canceled;
}
