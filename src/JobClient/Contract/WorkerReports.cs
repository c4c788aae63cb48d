using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Webhooks.Contract;

/// <summary>Headers of the worker contract.</summary>
public static class WorkerHeaders
{
    /// <summary>
    /// The <see cref="ClaimedJob.Fence"/> that a call speaks for. Missing or malformed: 400. Of another claim than the present one: 412,
    /// <see cref="ProblemCodes.StaleFence"/>, and nothing is changed.
    /// </summary>
    public const string LeaseFence = "Lease-Fence";
}

/// <summary>Body of <c>POST /worker/jobs/{id}/heartbeat</c>; an empty body only renews. Renew at a third of the lease.</summary>
public sealed record Heartbeat
{
    /// <summary>Percent done, 0 to 100. Becomes an event once a second at most; the newest is what the document shows.</summary>
    [Range(0d, 100d)]
    public double? Progress { get; init; }

    /// <summary>Says to people how far the work is: 1 to 1,000 characters. Kept until another comes.</summary>
    [MaxLength(1000)]
    public string? ProgressMessage { get; init; }

    /// <summary>A state for the attempt that may follow: any JSON but null, at most 1 MiB. Replaces the one before.</summary>
    public JsonElement? Checkpoint { get; init; }

    /// <summary>Seconds from now that the job stays with the worker: 10 to 3,600. Default: those of the claim.</summary>
    [Range(10, 3600)]
    public int? LeaseSeconds { get; init; }
}

/// <summary>Answer of a <see cref="Heartbeat"/>.</summary>
public sealed record HeartbeatReply
{
    /// <summary>When the job is given to somebody else unless the worker renews: never after the attempt's end.</summary>
    public required DateTimeOffset LeaseExpiresAt { get; init; }

    /// <summary>Whether the worker should stop, and call <c>/canceled</c> when it has.</summary>
    public required bool CancelRequested { get; init; }
}

/// <summary>Body of <c>POST /worker/jobs/{id}/events</c>: parts of the work before its end, each a <c>job.output</c> event.</summary>
public sealed record AppendOutputs
{
    /// <summary>1 to 1,000, in the order of <see cref="JobOutput.ClientSeq"/>. Required.</summary>
    [MaxLength(1000)]
    public IReadOnlyList<JobOutput>? Outputs { get; init; }
}

/// <summary>A part of the work.</summary>
public sealed record JobOutput
{
    /// <summary>
    /// 1, 2, 3… within a fence. One that arrived before is not appended again; a gap is refused (422, <c>output_gap</c>), because what is
    /// missing would be lost. Required.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? ClientSeq { get; init; }

    /// <summary>Any JSON, at most 1 MiB. Default: null.</summary>
    public JsonElement? Data { get; init; }
}

/// <summary>Answer of <see cref="AppendOutputs"/>.</summary>
public sealed record OutputsReply
{
    /// <summary>The <c>seq</c> of the job's newest event.</summary>
    public required int LastSeq { get; init; }

    /// <summary>The last <see cref="JobOutput.ClientSeq"/> that arrived under this fence: the next one is one more.</summary>
    public required int LastClientSeq { get; init; }
}

/// <summary>
/// Body of <c>POST /worker/jobs/{id}/complete</c>. Answered by the <see cref="JobDocument"/> without its result; repeating it with the same
/// fence is answered by 200 again.
/// </summary>
public sealed record CompleteJob
{
    /// <summary>What the job made: any JSON, at most 1 MiB. Default: what was uploaded under this fence, or null if nothing was.</summary>
    public JsonElement? Result { get; init; }
}

/// <summary>Body of <c>POST /worker/jobs/{id}/fail</c>. Answered by the <see cref="JobDocument"/>: pending if another attempt follows.</summary>
public sealed record FailJob
{
    /// <summary>What went wrong: a code of 1 to 100 characters and a message of at most 4,000. Required.</summary>
    public JobError? Error { get; init; }

    /// <summary>Whether another attempt may succeed. Default: true.</summary>
    public bool? Retryable { get; init; }

    /// <summary>Seconds until the next attempt, instead of what the job's back-off says: 0 to 2,592,000 (30 days).</summary>
    [Range(0, 2_592_000)]
    public int? RetryAfterSeconds { get; init; }
}

/// <summary>
/// Body of <c>POST /worker/jobs/{id}/release</c>: gives the job back unworked, and the attempt does not count. An empty body is allowed.
/// Answered by the <see cref="JobDocument"/>.
/// </summary>
public sealed record ReleaseJob
{
    /// <summary>Seconds until it may be claimed again: 0 to 86,400. Default: 0.</summary>
    [Range(0, 86_400)]
    public int? DelaySeconds { get; init; }
}
