using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.Contract;

/// <summary>A job as the service shows it. What is null doesn't apply (yet).</summary>
public sealed record JobDocument
{
    /// <summary><c>job_</c> and 26 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Which handler or worker runs it.</summary>
    public required string Type { get; init; }

    /// <summary>One of <see cref="JobStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>The <c>seq</c> of the newest event.</summary>
    public required int Version { get; init; }

    /// <summary>Percent done, 0 to 100.</summary>
    public double? Progress { get; init; }

    /// <summary>What the handler said when it last reported progress.</summary>
    public string? ProgressMessage { get; init; }

    /// <summary>How often the job was started.</summary>
    public required int Attempt { get; init; }

    /// <summary>How many attempts may fail. Lost ones are counted apart, so <see cref="Attempt"/> may be larger by them.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>How many attempts lost their worker; absent while none did.</summary>
    public int? LostLeases { get; init; }

    /// <summary>0 to 9; 0 is the most urgent.</summary>
    public required int Priority { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not to be started before.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>When the newest attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it became terminal.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When it is deleted; known once it is terminal.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When a pending job may be started.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why a pending job isn't started yet: one of <see cref="PendingReasons"/>.</summary>
    public string? PendingReason { get; init; }

    /// <summary>When somebody asked for its cancellation.</summary>
    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>The id of the job that this one does again.</summary>
    public string? RedriveOf { get; init; }

    /// <summary>The caller's own labels.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>What a succeeded job made; null where that was uploaded, and then <see cref="ResultUrl"/> says where it is.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>The length in bytes of a result that was uploaded; null for one that is in <see cref="Result"/>.</summary>
    public long? ResultSize { get; init; }

    /// <summary>What an uploaded result is, such as <c>application/pdf</c>: as its worker said.</summary>
    public string? ResultContentType { get; init; }

    /// <summary>Why a failed job failed.</summary>
    public JobError? Error { get; init; }

    /// <summary>Where this document is: a path, or an absolute URL if the service knows its public one. So are the next two.</summary>
    public required string StatusUrl { get; init; }

    /// <summary>Where its events are.</summary>
    public required string EventsUrl { get; init; }

    /// <summary>Where its result alone is.</summary>
    public string? ResultUrl { get; init; }

    /// <summary>Whether it will never change again.</summary>
    [JsonIgnore]
    public bool IsTerminal => JobStatuses.IsTerminal(Status);

    /// <summary>The entity tag of this state of the job, quotes included (RFC 9110, section 8.8.3).</summary>
    [JsonIgnore]
    public string ETag => $"\"v{Version}\"";
}

/// <summary>Why a job failed.</summary>
/// <param name="Code">For programs: stable <c>snake_case</c>.</param>
/// <param name="Message">For people.</param>
public sealed record JobError(string Code, string Message);

/// <summary>The states of a job: pending, then running, then one of the other three for ever. A retry is pending again.</summary>
public static class JobStatuses
{
    /// <summary>Waits to be started.</summary>
    public const string Pending = "pending";

    /// <summary>A handler or worker has it.</summary>
    public const string Running = "running";

    /// <summary>Done; the result is there.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>Given up; the error says why.</summary>
    public const string Failed = "failed";

    /// <summary>Stopped because somebody asked for it.</summary>
    public const string Canceled = "canceled";

    /// <summary>Whether a job in this state never changes again.</summary>
    public static bool IsTerminal(string? status) => status is Succeeded or Failed or Canceled;
}

/// <summary>Why a pending job isn't started yet.</summary>
public static class PendingReasons
{
    /// <summary>Next to be claimed: nothing stands in its way but the jobs before it.</summary>
    public const string Queued = "queued";

    /// <summary>As many jobs of its type, or of its tenant, are running as may.</summary>
    public const string ConcurrencyLimited = "concurrency_limited";

    /// <summary>Its type is paused.</summary>
    public const string Paused = "paused";

    /// <summary>No live worker does its type.</summary>
    public const string NoWorker = "no_worker";

    /// <summary>The attempt before failed; the next one waits.</summary>
    public const string RetryWait = "retry_wait";

    /// <summary>Its <c>run_at</c> lies ahead.</summary>
    public const string Scheduled = "scheduled";
}
