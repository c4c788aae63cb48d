namespace Faults.Histories;

internal enum CallKind
{
    Submit, Cancel, Redrive, Replay, AddCallback, RemoveCallback, PauseReceiver, ResumeReceiver, StartReplay, PauseReplay, ResumeReplay, CancelReplay,
}

/// <summary>What a client knows of a call: that it was done, that it was not, or neither.</summary>
internal enum CallResult { Invoked, Ok, Fail, Unknown }

/// <summary>One call of a client. It is written when it is invoked, and again under its number when its end is known.</summary>
internal sealed record ClientCall
{
    public required long Number { get; init; }
    public required CallKind Kind { get; init; }

    /// <summary>What is submitted, by a name of the driver's own; for other kinds, the id that the call is about.</summary>
    public required string Subject { get; init; }
    public string? Key { get; init; }

    /// <summary>The key was used before, with another body: it must be refused.</summary>
    public bool OtherBody { get; init; }

    /// <summary>Paths of the callbacks that are asked for.</summary>
    public IReadOnlyList<string> Callbacks { get; init; } = [];

    /// <summary>It asks for a job that is not kept once it is done.</summary>
    public bool Expires { get; init; }
    public CallResult Result { get; init; }
    public int? Status { get; init; }
    public Breakage? Broke { get; init; }

    /// <summary>The job that it made or is about; the replay that it made.</summary>
    public string? JobId { get; init; }
    public required DateTimeOffset From { get; init; }
    public DateTimeOffset? Until { get; init; }
}

/// <summary>One request as a receiver saw it, written when it came and again under its number when it was answered.</summary>
internal sealed record Received
{
    public required long Number { get; init; }

    /// <summary>The receiver's personality; <c>work</c> is what jobs of type <c>http.request</c> call.</summary>
    public required string Receiver { get; init; }
    public required string Path { get; init; }

    /// <summary><c>webhook-id</c>; for work, the idempotency token.</summary>
    public required string Id { get; init; }
    public long Timestamp { get; init; }

    /// <summary>The whole body came.</summary>
    public bool IsWhole { get; init; }
    public bool IsVerified { get; init; }

    /// <summary>The tenant's secrets that its signatures verify with; null where the callback has a secret of its own.</summary>
    public IReadOnlyList<string>? SignedBy { get; init; }
    public string? BodyHash { get; init; }

    /// <summary>The status that the receiver decided on; null where it decided not to answer.</summary>
    public int? Answer { get; init; }

    /// <summary>What it said in <c>webhook-delivery</c>.</summary>
    public string? Wish { get; init; }
    public required DateTimeOffset At { get; init; }
    public DateTimeOffset? Until { get; init; }
}

/// <summary>An event that the careful receiver's handler was given.</summary>
internal sealed record Handled(string Id, DateTimeOffset At);

internal enum Harm { Kill, Pause, DatabaseRestart, ConnectionsTerminated, Cut, Delay, CommitAnswerLost, DiskFull, ClockShift, SlowNames, ReceiverDown, RollingRestart, Failpoint }

/// <summary>Something that was done to the system.</summary>
internal sealed record Disturbance(Harm Harm, string Target, DateTimeOffset From, DateTimeOffset Until)
{
    public bool Touches(DateTimeOffset from, DateTimeOffset until) => From <= until && Until >= from;
}

/// <summary>What a process used at one moment.</summary>
internal sealed record Usage(string Process, DateTimeOffset At, long ResidentBytes, int Handles, int Threads);

/// <summary>What was configured, and how the run ended.</summary>
internal sealed record Terms
{
    public required string Database { get; init; }
    public required int Seed { get; init; }
    public required TimeSpan Lease { get; init; }
    public required TimeSpan Timeout { get; init; }
    public required TimeSpan ThrottleFloor { get; init; }

    /// <summary>What receivers ask for that answer 429.</summary>
    public required TimeSpan AskedToWait { get; init; }
    public required IReadOnlyList<TimeSpan> Schedule { get; init; }
    public required DateTimeOffset From { get; init; }

    /// <summary>By how much the clocks of the processes were wrong at the start.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Clocks { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>When faults and clients stopped.</summary>
    public DateTimeOffset QuietFrom { get; init; }

    /// <summary>When nothing was pending any more; null where that did not come in time.</summary>
    public DateTimeOffset? DoneAt { get; init; }
}

internal sealed record JobRow(
    string Id, int Status, int Version, int Attempt, int MaxAttempts, long Fence, string? Subject, string? RedriveOf, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt, string Type = "http.request");

/// <param name="Said">The data of an output; of an operations event, all of it.</param>
internal sealed record EventRow(string JobId, int Seq, int Type, string BodyHash, DateTimeOffset At, string? Said = null);

/// <param name="Ordering">0: none; 1: what is parked holds up the rest; 2: it doesn't.</param>
/// <param name="Tries">How many attempts its own schedule has, where it has one.</param>
internal sealed record CallbackRow(
    string Id, string JobId, string Path, int Events, int Status, string? Reason, DateTimeOffset CreatedAt, int Ordering = 0, int? Tries = null);

internal sealed record DeliveryRow(
    string Id, string JobId, int Seq, int EventType, string CallbackId, int Status, string? Reason, int Round, DateTimeOffset RoundAt, int Attempts,
    DateTimeOffset? DeliveredAt, DateTimeOffset CreatedAt)
{
    public string WebhookId => $"evt_{JobId}_{Seq}";
}

internal sealed record AttemptRow(
    string DeliveryId, int Number, int Round, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, int? StatusCode, string? Error, string Engine)
{
    /// <summary>An answer whose body never ended has a status, and an error too.</summary>
    public bool Succeeded => Error is null && StatusCode is >= 200 and <= 299;

    /// <summary>The receiver failed, so a place in the schedule is used up.</summary>
    public bool Counts => Error is not (null or "engine_lost" or "engine_stopped" or "own_fault" or "resolver_failed" or "invalid_request");
}

internal sealed record ReplayRow(
    string Id, int Status, int Deliveries, string? Reason, string? JobId, int Matched, int Replayed, int Skipped, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt);

/// <summary>The database as it was read at the end.</summary>
internal sealed record Audit
{
    public IReadOnlyList<JobRow> Jobs { get; init; } = [];
    public IReadOnlyList<EventRow> Events { get; init; } = [];
    public IReadOnlyList<CallbackRow> Callbacks { get; init; } = [];
    public IReadOnlyList<DeliveryRow> Deliveries { get; init; } = [];
    public IReadOnlyList<AttemptRow> Attempts { get; init; } = [];
    public IReadOnlyList<ReplayRow> Replays { get; init; } = [];
}

/// <summary>Everything that is known of one run: its logs, and the terms they are judged by.</summary>
internal sealed record History
{
    public required Terms Terms { get; init; }
    public IReadOnlyList<ClientCall> Calls { get; init; } = [];
    public IReadOnlyList<Received> Requests { get; init; } = [];
    public IReadOnlyList<Handled> Handled { get; init; } = [];
    public IReadOnlyList<Disturbance> Disturbances { get; init; } = [];
    public IReadOnlyList<Usage> Usages { get; init; } = [];
    public IReadOnlyList<WorkerCall> WorkerCalls { get; init; } = [];
    public IReadOnlyList<Seen> Seen { get; init; } = [];
    public IReadOnlyList<ReadThrough> ReadThrough { get; init; } = [];
    public IReadOnlyList<ResultRead> Results { get; init; } = [];
    public IReadOnlyList<SigningSecret> Secrets { get; init; } = [];
    public IReadOnlyList<Exit> Exits { get; init; } = [];
    public IReadOnlyList<Readiness> Readiness { get; init; } = [];
    public Audit Audit { get; init; } = new();

    /// <summary>Something was being done to the system between two times. An end in order, which a change of the clock begins with too, excuses nothing.</summary>
    public bool WasDisturbed(DateTimeOffset from, DateTimeOffset until) => Disturbances.Any(d =>
        d.Harm is not (Harm.ReceiverDown or Harm.ClockShift or Harm.SlowNames or Harm.RollingRestart) && d.Touches(from, until));
}
