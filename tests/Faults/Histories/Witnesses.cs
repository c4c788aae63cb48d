namespace Faults.Histories;

/// <summary>What a remote worker asks of the service.</summary>
internal enum WorkerVerb { Claim, Heartbeat, Output, Upload, Complete, Fail, Release, Canceled }

/// <summary>One call of a remote worker on one job, written when it is invoked and again under its number when its end is known. Of a claim there is one for each job that it brought.</summary>
internal sealed record WorkerCall
{
    public required long Number { get; init; }
    public required string Worker { get; init; }
    public required WorkerVerb Verb { get; init; }
    public required string JobId { get; init; }
    public required long Fence { get; init; }

    /// <summary>A claim's or heartbeat's checkpoint; the last number of an output; the hash of a result; <c>final</c> of a failure that is not tried again.</summary>
    public string? Said { get; init; }

    /// <summary>The worker stood still until its lease was over, and goes on as if nothing had happened.</summary>
    public bool IsLate { get; init; }
    public CallResult Result { get; init; }
    public int? Status { get; init; }
    public Breakage? Broke { get; init; }
    public required DateTimeOffset From { get; init; }
    public DateTimeOffset? Until { get; init; }
}

/// <summary>How a call ended that got no answer.</summary>
internal enum Breakage { Refused, Reset, TookTooLong, HungUp }

/// <summary>An event as a reader got it, by stream or by poll.</summary>
internal sealed record Seen(long Reader, string JobId, int Seq, string BodyHash, DateTimeOffset At);

/// <summary>A reader has come to the end of a job's log, by as many connections.</summary>
internal sealed record ReadThrough(long Reader, string JobId, int Connections, DateTimeOffset At);

/// <summary>A result as it was read back after the run.</summary>
internal sealed record ResultRead(string JobId, int Status, string? BodyHash, bool DigestHolds);

/// <summary>A secret that signs: between <see cref="AskedAt"/> and <see cref="KnownAt"/> it began to. Written again when it was retired.</summary>
internal sealed record SigningSecret(string Id, DateTimeOffset AskedAt, DateTimeOffset KnownAt)
{
    public DateTimeOffset? RetireAskedAt { get; init; }

    /// <summary>When it was known to be retired.</summary>
    public DateTimeOffset? RetiredAt { get; init; }
}

/// <summary>Why a process ended.</summary>
internal enum Ending { ByItself, BeforeItWasReady, Killed, Told }

/// <summary>A process has ended.</summary>
internal sealed record Exit(string Process, DateTimeOffset At, int Code, Ending Why);

/// <summary>What <c>/health</c> told while a process had lost its database: when it turned red, when it was ready again; null where that did not come.</summary>
internal sealed record Readiness(string Process, DateTimeOffset CutAt, DateTimeOffset? RedAt, bool WasLive, DateTimeOffset MendedAt, DateTimeOffset? ReadyAt);
