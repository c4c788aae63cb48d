using Faults.Histories;

namespace Faults.Checkers;

/// <summary>One promise, and how a history breaks it: a sentence for each time it does.</summary>
internal sealed record Checker(string Name, string Promise, Func<History, IEnumerable<string>> Violations)
{
    /// <summary>It measures how long something took, so a machine with too much to do can turn it red.</summary>
    public bool IsTimed { get; init; }

    public static IReadOnlyList<Checker> All { get; } =
    [
        new("lost", "What was accepted is there, and each of its events is owed to each callback that asked for it.", Lost.In),
        new("removed", "What is removed when its time is over had been delivered.", Removed.In),
        new("unexpected", "Nothing is there that nobody asked for.", Unexpected.In),
        new("idempotent", "One key is one job.", Idempotent.In),
        new("witness", "What is called delivered was accepted by its receiver.", Witness.In),
        new("unrecorded", "No request without its attempt row.", Unrecorded.In),
        new("duplicated", "Each repeat has its cause.", Duplicated.In),
        new("deduplicated", "The verifier's endpoint hands each event over once.", Deduplicated.In),
        new("bytes", "All requests of one event carry the stored bytes and a fresh signature.", SameBytes.In),
        new("transitions", "Events are numbered without a gap, follow the state machine and end once.", Transitions.In),
        new("fencing", "One owner at a time: attempts of a delivery, and of a job, do not overlap.", Fencing.In),
        new("schedule", "No attempt comes sooner than the schedule says, and none after the end of its round.", ScheduleBounds.In),
        new("given-up", "What is given up was refused for good by its receiver, or failed as often as its schedule has it.", GivenUp.In),
        new("heard", "A callback that is gone is sent nothing more.", Heard.In),
        new("ordered", "An ordered callback gets one event after the other.", InOrder.In),
        new("workers", "A worker that is late changes nothing, and what was acknowledged to one in time is kept.", WorkerFences.In),
        new("results", "What is read back is what the worker handed in.", Results.In),
        new("readers", "Each reader has events 1 to n, each once, however often it fell.", Readers.In),
        new("rotation", "While two secrets overlap both sign; a retired one signs no more.", Rotation.In),
        new("held", "Nothing is begun for a receiver that is paused.", Held.In),
        new("replayed", "Each round was asked for, and each replay carried out once.", Replayed.In),
        new("told", "The administrator is told of each delivery that is parked.", ToldOf.In),
        new("clocks", "Every time is the database's, however wrong the machines are.", Clocks.In),
        new("rolling", "A rolling restart costs clients a connection at the most.", Rolling.In),
        new("exits", "A process ends only when it is made to, and in order when it is told to.", Exits.In),
        new("readiness", "A process that has lost its database says so, lives on, and is ready again when the database is back.", Ready.In),
        new("liveness", "When faults stop, everything comes to an end.", Liveness.In),
        new("recovery", "After a kill, what was under way goes on within the lease and 5 s.", Recovery.In) { IsTimed = true },
        new("resources", "Memory, handles and threads stay bounded.", Resources.In),
    ];
}

/// <summary>Codes as the database stores them.</summary>
internal static class Codes
{
    public const int DeliveryPending = 0;
    public const int Delivered = 1;
    public const int Parked = 2;
    public const int CallbackActive = 0;
    public const int JobFirstTerminal = 2;
    public const int JobFailed = 3;
    public const int JobCanceled = 4;
    public const int ReplayCompleted = 2;
    public const int ReplayCanceled = 3;

    public const int Enqueued = 0;
    public const int Started = 1;
    public const int Output = 3;
    public const int RetryScheduled = 4;
    public const int CancelRequested = 5;
    public const int FirstTerminalEvent = 6;
    public const int DeliveryParked = 16;
    public const int FirstOperationsEvent = 16;
}
