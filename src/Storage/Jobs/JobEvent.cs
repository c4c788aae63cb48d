namespace Storage.Jobs;

/// <summary>The kinds of change that a job goes through and, from 16 on, what a tenant's operations log tells of.</summary>
internal enum JobEventType
{
    Enqueued = 0, Started = 1, Progress = 2, Output = 3, RetryScheduled = 4, CancelRequested = 5, Succeeded = 6, Failed = 7, Canceled = 8,
    DeliveryParked = 16, CallbackDisabled = 17, ReceiverDisabled = 18, ReceiverEnabled = 19, BreakerOpened = 20, BreakerClosed = 21,
}

/// <summary>A callback's filter: one bit per <see cref="JobEventType"/>.</summary>
[Flags]
internal enum EventSet
{
    None = 0,
    Terminal = 1 << JobEventType.Succeeded | 1 << JobEventType.Failed | 1 << JobEventType.Canceled,
    Operations = 1 << JobEventType.DeliveryParked | 1 << JobEventType.CallbackDisabled | 1 << JobEventType.ReceiverDisabled
        | 1 << JobEventType.ReceiverEnabled | 1 << JobEventType.BreakerOpened | 1 << JobEventType.BreakerClosed,
}

/// <summary>One change of one job, immutable. <see cref="Body"/> is the webhook body, the stream's data and the polled item.</summary>
internal sealed class JobEvent
{
    public required Id<Job> JobId { get; init; }

    /// <summary>1, 2, 3… without a gap.</summary>
    public required int Seq { get; init; }

    public required JobEventType Type { get; init; }

    public required byte[] Body { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An event as readers get it: its number, its type and the stored bytes.</summary>
internal readonly record struct LoggedEvent(int Seq, JobEventType Type, byte[] Body);

internal static class EventNames
{
    private static readonly string[] Names =
    [
        "job.enqueued", "job.started", "job.progress", "job.output", "job.retry_scheduled", "job.cancel_requested",
        "job.succeeded", "job.failed", "job.canceled",
    ];

    private static readonly string[] OperationsNames =
    [
        "delivery.parked", "callback.disabled", "receiver.disabled", "receiver.enabled", "breaker.opened", "breaker.closed",
    ];

    /// <summary>What a job's callback may ask for.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>What an operations callback may ask for.</summary>
    public static IReadOnlyList<string> Operations => OperationsNames;

    public static string Name(this JobEventType type) =>
        type < JobEventType.DeliveryParked ? Names[(int)type] : OperationsNames[type - JobEventType.DeliveryParked];

    public static bool TryParse(string? name, out JobEventType type)
    {
        var (job, operation) = (Array.IndexOf(Names, name), Array.IndexOf(OperationsNames, name));
        type = operation >= 0 ? JobEventType.DeliveryParked + operation : (JobEventType)Math.Max(job, 0);
        return job >= 0 || operation >= 0;
    }

    /// <summary>Whether nothing follows it.</summary>
    public static bool IsTerminal(this JobEventType type) => EventSet.Terminal.Includes(type);

    public static EventSet ToSet(this JobEventType type) => (EventSet)(1 << (int)type);

    public static bool Includes(this EventSet set, JobEventType type) => (set & type.ToSet()) != 0;

    public static IEnumerable<string> ToNames(this EventSet set) => Enum.GetValues<JobEventType>().Where(type => set.Includes(type)).Select(Name);
}
