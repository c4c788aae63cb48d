using Storage.Tenants;

namespace Storage.Jobs;

internal enum JobStatus { Pending = 0, Running = 1, Succeeded = 2, Failed = 3, Canceled = 4 }

/// <summary>Long work of one type. Its state is what its events say; the row is the sum of them.</summary>
internal sealed class Job : INamed
{
    public static string Prefix => "job_";

    public required Id<Job> Id { get; init; }
    public required Id<Tenant> TenantId { get; init; }
    public required string Type { get; init; }
    public JobStatus Status { get; set; }

    /// <summary>The <c>seq</c> of the newest event.</summary>
    public int Version { get; set; }

    public required int Priority { get; init; }

    /// <summary>How often the job was claimed, the current claim included.</summary>
    public int Attempt { get; set; }

    public required int MaxAttempts { get; init; }

    /// <summary>Pending: when it may be claimed. Running: when the lease ends. Terminal: without meaning.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Grows with each claim; a writer that names an older one is refused.</summary>
    public long Fence { get; set; }

    /// <summary>Who holds the lease, for people to read.</summary>
    public string? Worker { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? RunAt { get; init; }
    public DateTimeOffset? StartBy { get; init; }
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the running attempt has used up its time.</summary>
    public DateTimeOffset? AttemptEndsAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? CancelRequestedAt { get; set; }
    public required int TimeoutSeconds { get; init; }
    public required int TtlSeconds { get; init; }
    public double? Progress { get; set; }
    public string? ProgressMessage { get; set; }

    /// <summary>When progress last became an event; it does so once a second at most.</summary>
    public DateTimeOffset? ProgressAt { get; set; }

    public Id<Job>? RedriveOf { get; init; }

    /// <summary>A JSON object of strings.</summary>
    public string? Metadata { get; init; }

    /// <summary>Minified JSON.</summary>
    public required byte[] Input { get; init; }

    public byte[]? Result { get; set; }
    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }

    /// <summary>What an attempt saved for the next one: minified JSON.</summary>
    public byte[]? Saved { get; set; }

    /// <summary>The last <c>client_seq</c> of an output under the present fence.</summary>
    public int OutputSeq { get; set; }

    /// <summary>How many callbacks it has, and the union of their filters: what nobody waits for costs no look-up.</summary>
    public int CallbackCount { get; set; }
    public EventSet CallbackEvents { get; set; }

    /// <summary>SHA-256 of route and Idempotency-Key: exact on every database, whatever its collation.</summary>
    public byte[]? IdempotencyHash { get; init; }

    /// <summary>SHA-256 of the request that the key stands for.</summary>
    public byte[]? RequestHash { get; init; }

    public bool IsTerminal => Status.IsTerminal();
}

/// <summary>The number of a job's newest event, and whether it is the last.</summary>
internal sealed record JobHead(int Version, bool Ended);

internal static class JobStates
{
    /// <summary>Whether a job in this state never leaves it.</summary>
    public static bool IsTerminal(this JobStatus status) => status >= JobStatus.Succeeded;
}
