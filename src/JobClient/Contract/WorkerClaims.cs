using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Webhooks.Contract;

/// <summary>Body of <c>POST /worker/claims</c>. Answered by <see cref="ClaimedJobs"/>, or <c>204</c> when nothing came within the wait.</summary>
public sealed record ClaimJobs
{
    /// <summary>The job types that the worker does: 1 to 100. Required. A key that is bound to types may only name those (403).</summary>
    [MaxLength(100)]
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>How many jobs at the most: 1 to 100. Default: 1.</summary>
    [Range(1, 100)]
    public int? Max { get; init; }

    /// <summary>Seconds to wait for a first job: 0 to 60. Default: 0. What is there is answered at once, even if it is less than asked for.</summary>
    [Range(0, 60)]
    public int? WaitSeconds { get; init; }

    /// <summary>Seconds that the jobs stay with the worker unless it renews: 10 to 3,600. Default: 60.</summary>
    [Range(10, 3600)]
    public int? LeaseSeconds { get; init; }

    /// <summary>Names the worker in <c>GET /workers</c>: 1 to 200 characters. Default: the id of its key.</summary>
    [MaxLength(200)]
    public string? WorkerId { get; init; }

    /// <summary>The worker's own version, for people: 1 to 100 characters.</summary>
    [MaxLength(100)]
    public string? WorkerVersion { get; init; }
}

/// <summary>Answer of <c>POST /worker/claims</c>.</summary>
public sealed record ClaimedJobs
{
    /// <summary>At least one, most urgent first.</summary>
    public required IReadOnlyList<ClaimedJob> Jobs { get; init; }
}

/// <summary>A job that is the worker's until the lease ends.</summary>
public sealed record ClaimedJob
{
    /// <summary><c>job_</c> and 26 characters.</summary>
    public required string Id { get; init; }

    /// <summary>One of the types that were asked for.</summary>
    public required string Type { get; init; }

    /// <summary>Which attempt this is: 1 for the first. A lost one counts here, but not against <see cref="MaxAttempts"/>.</summary>
    public required int Attempt { get; init; }

    /// <summary>How many attempts may fail.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>How many attempts ended because their worker was gone; absent while none did.</summary>
    public int? LostLeases { get; init; }

    /// <summary>The number that every call on this job names in the <c>Lease-Fence</c> header. It grows with each claim.</summary>
    public required long Fence { get; init; }

    /// <summary>When the job is given to somebody else unless the worker renews.</summary>
    public required DateTimeOffset LeaseExpiresAt { get; init; }

    /// <summary>When the attempt has used up its time, however often it is renewed.</summary>
    public required DateTimeOffset AttemptEndsAt { get; init; }

    /// <summary>How long the attempt may take in seconds, for a worker whose clock may differ from the service's.</summary>
    public required int TimeoutSeconds { get; init; }

    /// <summary>0 to 9; 0 is the most urgent.</summary>
    public required int Priority { get; init; }

    /// <summary>When the job was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the job works on.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>What an attempt before saved last; absent if none did.</summary>
    public JsonElement? Checkpoint { get; init; }

    /// <summary>The same for all attempts of one job and never another's: pass it on wherever a side effect must count once.</summary>
    public required string IdempotencyToken { get; init; }

    /// <summary>Whether somebody asked for the job's cancellation.</summary>
    public required bool CancelRequested { get; init; }

    /// <summary>The labels of whoever submitted the job.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
