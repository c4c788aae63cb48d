using Storage.Results;
using Storage.Tenants;

namespace Storage.Jobs;

internal enum JobStatus { Pending = 0, Running = 1, Succeeded = 2, Failed = 3, Canceled = 4 }

/// <summary>Long work of one type. Its state is what its events say; the row is the sum of them.</summary>
internal sealed class Job : INamed
{
    public const int DefaultMaxLostLeases = 3;

    /// <summary>A year: no job asks to be kept for longer.</summary>
    public const int LongestTtl = 365 * 24 * 3600;

    /// <summary>In the place of a time: it is kept as long as this deployment keeps jobs that end so (<see cref="RetentionOptions"/>).</summary>
    public const int TtlByOutcome = LongestTtl + 1;
    public const int DefaultLeaseSeconds = 60;

    public static string Prefix => "job_";

    public required Id<Job> Id { get; init; }
    public required Id<Tenant> TenantId { get; init; }
    public required string Type { get; init; }
    public JobStatus Status { get; set; }

    /// <summary>The <c>seq</c> of the newest event.</summary>
    public int Version { get; set; }

    public required int Priority { get; init; }

    /// <summary>How often the job was claimed, the current claim included; a claim that was given back doesn't count.</summary>
    public int Attempt { get; set; }

    /// <summary>How many attempts may fail; lost ones are counted apart.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>How many attempts lost their worker, and how many may before the job has failed.</summary>
    public int LostLeases { get; set; }
    public int MaxLostLeases { get; init; } = DefaultMaxLostLeases;

    /// <summary>Pending: when it may be claimed. Running: when the lease ends. Terminal: without meaning.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Grows with each claim; a writer that names an older one is refused.</summary>
    public long Fence { get; set; }

    /// <summary>Who holds the lease.</summary>
    public string? Worker { get; set; }

    /// <summary>How long the claim's lease lasts; a renewal that says nothing else lasts as long.</summary>
    public int LeaseSeconds { get; set; } = DefaultLeaseSeconds;

    /// <summary>Claimed under a limit: its end lets another one run.</summary>
    public bool IsLimited { get; set; }

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

    /// <summary>How long it is kept after its end, or <see cref="TtlByOutcome"/>.</summary>
    public required int TtlSeconds { get; init; }

    /// <summary>The job's own back-off; null where the process's holds.</summary>
    public double? BackoffBase { get; init; }
    public double? BackoffFactor { get; init; }
    public double? BackoffMax { get; init; }
    public double? Progress { get; set; }
    public string? ProgressMessage { get; set; }

    /// <summary>When progress last became an event; it does so once a second at most.</summary>
    public DateTimeOffset? ProgressAt { get; set; }

    public Id<Job>? RedriveOf { get; init; }

    /// <summary>A JSON object of strings.</summary>
    public string? Metadata { get; init; }

    /// <summary>Minified JSON.</summary>
    public required byte[] Input { get; init; }

    /// <summary>Minified JSON; null where there is none, or where it was uploaded.</summary>
    public byte[]? Result { get; set; }

    /// <summary>What the present attempt uploaded, or the one that succeeded.</summary>
    public UploadedResult? Upload { get; set; }

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

    /// <summary>How many attempts have failed or will count as such, the current one included.</summary>
    public int CountedAttempts => Attempt - LostLeases;
}

/// <summary>The number of a job's newest event, and whether it is the last.</summary>
internal sealed record JobHead(int Version, bool Ended);

internal static class JobStates
{
    /// <summary>Whether a job in this state never leaves it.</summary>
    public static bool IsTerminal(this JobStatus status) => status >= JobStatus.Succeeded;
}
