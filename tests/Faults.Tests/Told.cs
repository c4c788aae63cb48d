using Faults.Histories;

namespace Faults.Tests;

/// <summary>A small good history, told by hand: one job with one callback, done and delivered at the first attempt.</summary>
internal static class Told
{
    private static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    public static ClientCall Call { get; } = new()
    {
        Number = 1, Kind = CallKind.Submit, Subject = "one", Key = "key-one", Callbacks = ["/healthy/one.0"], Result = CallResult.Ok, Status = 202,
        JobId = "job_1", From = At(0), Until = At(0.1),
    };

    public static JobRow Job { get; } = new("job_1", 2, 3, 1, 3, 1, "one", null, At(0), At(2));

    public static DeliveryRow Delivery { get; } = new("dlv_1", "job_1", 3, 6, "cb_1", 1, null, 1, At(2), 1, At(3.2), At(2));

    public static AttemptRow Attempt { get; } = new("dlv_1", 1, 1, At(3), At(3.2), 204, null, "engine1");

    public static Received Request { get; } = new()
    {
        Number = 10, Receiver = "healthy", Path = "/healthy/one.0", Id = "evt_job_1_3", Timestamp = At(3).ToUnixTimeSeconds(), IsWhole = true,
        IsVerified = true, BodyHash = "hash3", Answer = 204, At = At(3.1), Until = At(3.15),
    };

    public static Received Work { get; } = new()
    {
        Number = 7, Receiver = "work", Path = "/task/one", Id = "job_1", IsWhole = true, Answer = 200, At = At(1), Until = At(1.9),
    };

    public static History Good { get; } = new()
    {
        Terms = new()
        {
            Database = "Sqlite", Seed = 1, Lease = TimeSpan.FromSeconds(7), Timeout = TimeSpan.FromSeconds(2), ThrottleFloor = TimeSpan.FromSeconds(2), AskedToWait = TimeSpan.FromSeconds(3),
            Schedule = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)], From = At(0), QuietFrom = At(10), DoneAt = At(11),
        },
        Calls = [Call],
        Requests = [Work, Request],
        Handled = [new("evt_job_1_3", At(3.1))],
        Seen = [Seen(1), Seen(2), Seen(3)],
        ReadThrough = [new(5, "job_1", 2, At(3))],
        Secrets = [Secret],
        Exits = [new("api", At(4), 137, Ending.Killed), new("api", At(9), 0, Ending.Told)],
        Readiness = [new("api", At(5), At(6), true, At(7), At(8))],
        Usages = [new("api", At(1), 100 << 20, 200, 30)],
        Audit = new()
        {
            Jobs = [Job],
            Events = [Event(1, 0), Event(2, 1), Event(3, 6)],
            Callbacks = [new("cb_1", "job_1", "/healthy/one.0", 448, 0, null, At(0))],
            Deliveries = [Delivery],
            Attempts = [Attempt],
        },
    };

    /// <summary>Sent again after it had been accepted, with a row for each request: all that is missing is a cause.</summary>
    public static History Again { get; } =
        Good.With(attempts: [Attempt with { StatusCode = 500, Error = "http_status" }, Attempt with { Number = 2, StartedAt = At(6), FinishedAt = At(6.2) }])
            with { Requests = [Work, Request, Request with { Number = 11, At = At(6.1), Until = At(6.15), Timestamp = At(6).ToUnixTimeSeconds() }] };

    /// <summary>A remote worker loses its lease, a second one does the job; the first is refused when it wakes up.</summary>
    public static History Remote { get; } = Good.With(
        jobs: [Job with { Version = 6, Fence = 2, Type = "remote.work" }],
        events: [Event(1, 0), Event(2, 1), Event(3, 4) with { At = At(11) }, Event(4, 1) with { At = At(12) }, Event(5, 3) with { Said = "\"2.1\"" }, Event(6, 6) with { At = At(14) }],
        deliveries: [Delivery with { Seq = 6 }]) with
    {
        Terms = Good.Terms with { DoneAt = At(60) },
        Requests = [Request with { Id = "evt_job_1_6", BodyHash = "hash6" }],
        Seen = [], ReadThrough = [],
        WorkerCalls =
        [
            Said(WorkerVerb.Claim, 1, 1), Said(WorkerVerb.Heartbeat, 1, 2) with { Said = "1" },
            Said(WorkerVerb.Claim, 2, 12) with { Worker = "worker-2", Said = "1" }, Said(WorkerVerb.Output, 2, 13) with { Said = "1" },
            Said(WorkerVerb.Heartbeat, 1, 13.5) with { Said = "9", IsLate = true, Result = CallResult.Fail, Status = 412 },
            Said(WorkerVerb.Complete, 2, 14) with { Said = "result" }, Said(WorkerVerb.Complete, 2, 15) with { Said = "result" },
        ],
        Results = [new("job_1", 200, "result", true)],
    };

    public static ReplayRow Many { get; } = new("rpl_1", 2, 1, null, "job_1", 1, 1, 0, At(4), At(5));

    public static ClientCall Replay { get; } = new()
    {
        Number = 3, Kind = CallKind.StartReplay, Subject = "{}", Key = "replay-3", JobId = "rpl_1", Result = CallResult.Ok, Status = 202, From = At(4), Until = At(4.1),
    };

    /// <summary>A replay of many has sent the delivery once more.</summary>
    public static History Replaying { get; } = Good.With(
        deliveries: [Delivery with { Round = 2 }],
        attempts: [Attempt, Attempt with { Number = 2, Round = 2, StartedAt = At(6), FinishedAt = At(6.2) }],
        replays: [Many]) with
    {
        Calls = [Call, Replay],
        Requests = [Work, Request, Request with { Number = 11, At = At(6.1), Until = At(6.15), Timestamp = At(6).ToUnixTimeSeconds() }],
    };

    /// <summary>The delivery was parked, and the administrator told.</summary>
    public static History Informed { get; } = Good.With(
        events: [.. Good.Audit.Events, OfParked(1, "dlv_1")],
        callbacks: [.. Good.Audit.Callbacks, new("cb_2", "job_log", "/operations/shared/log", 1 << 16, 0, null, At(0))],
        deliveries: [Delivery with { Status = 2, Reason = "refused_by_receiver", DeliveredAt = null }, Delivery with { Id = "dlv_2", JobId = "job_log", Seq = 1, EventType = 16, CallbackId = "cb_2" }],
        attempts: [Attempt with { StatusCode = 500, Error = "http_status" }, Attempt with { DeliveryId = "dlv_2" }]) with
    {
        Requests =
        [
            Work, Request with { Answer = 500, Wish = "abort-message" },
            Request with { Number = 12, Receiver = "operations", Path = "/operations/shared/log", Id = "evt_job_log_1", BodyHash = "parked1", SignedBy = ["sgk_1"] },
        ],
    };

    /// <summary>The receiver said that it is gone.</summary>
    public static History GivenUp { get; } = Good.With(
        deliveries: [Delivery with { Status = 2, Reason = "gone", DeliveredAt = null }], attempts: [Attempt with { StatusCode = 410, Error = "http_status" }]) with
    {
        Requests = [Work, Request with { Answer = 410 }],
    };

    /// <summary>Two events of an ordered callback, one after the other.</summary>
    public static History Ordered { get; } = Good.With(
        callbacks: [Good.Audit.Callbacks[0] with { Events = 449, Ordering = 1 }],
        deliveries: [Delivery, Delivery with { Id = "dlv_2", Seq = 1, EventType = 0 }],
        attempts: [Attempt, Attempt with { DeliveryId = "dlv_2", StartedAt = At(2), FinishedAt = At(2.2) }]) with
    {
        Requests = [Work, Request, Request with { Number = 12, Id = "evt_job_1_1", BodyHash = "hash1", At = At(2.1), Until = At(2.15), Timestamp = At(2).ToUnixTimeSeconds() }],
    };

    public static History Rolled { get; } = Good with { Disturbances = [new(Harm.RollingRestart, "api1", At(1), At(9))] };

    public static History Named(string name) => (History)typeof(Told).GetProperty(name)!.GetValue(null)!;

    public static EventRow OfParked(int seq, string delivery) => new(
        "job_log", seq, 16, $"parked{seq}", At(4), $$$"""{"type":"delivery.parked","data":{"count":1,"deliveries":[{"id":"{{{delivery}}}"}]}}""");

    public static WorkerCall Said(WorkerVerb verb, long fence, double at) => new()
    {
        Number = (long)(at * 10), Worker = "worker-1", Verb = verb, JobId = "job_1", Fence = fence, Result = CallResult.Ok, Status = 200, From = At(at), Until = At(at + 0.1),
    };

    public static Seen Seen(int seq) => new(5, "job_1", seq, $"hash{seq}", At(seq));

    public static SigningSecret Secret => new("sgk_1", At(0), At(0.1));

    /// <summary>A request signed with the tenant's secrets.</summary>
    public static Received Shared(double at, params string[] signers) => Request with
    {
        At = At(at), Timestamp = At(at).ToUnixTimeSeconds(), SignedBy = signers,
    };

    public static EventRow Event(int seq, int type) => new("job_1", seq, type, $"hash{seq}", At(seq - 1));

    public static History With(
        this History history, JobRow[]? jobs = null, EventRow[]? events = null, CallbackRow[]? callbacks = null, DeliveryRow[]? deliveries = null,
        AttemptRow[]? attempts = null, ReplayRow[]? replays = null) => history with
    {
        Audit = new()
        {
            Jobs = jobs ?? history.Audit.Jobs, Events = events ?? history.Audit.Events, Callbacks = callbacks ?? history.Audit.Callbacks,
            Deliveries = deliveries ?? history.Audit.Deliveries, Attempts = attempts ?? history.Audit.Attempts,
            Replays = replays ?? history.Audit.Replays,
        },
    };
}
