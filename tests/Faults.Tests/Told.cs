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
            Database = "Sqlite", Seed = 1, Lease = TimeSpan.FromSeconds(7), Timeout = TimeSpan.FromSeconds(2), ThrottleFloor = TimeSpan.FromSeconds(2),
            Schedule = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)], From = At(0), QuietFrom = At(10), DoneAt = At(11),
        },
        Calls = [Call],
        Requests = [Work, Request],
        Handled = [new("evt_job_1_3", At(3.1))],
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

    public static EventRow Event(int seq, int type) => new("job_1", seq, type, $"hash{seq}", At(seq - 1));

    public static History With(
        this History history, JobRow[]? jobs = null, EventRow[]? events = null, CallbackRow[]? callbacks = null, DeliveryRow[]? deliveries = null,
        AttemptRow[]? attempts = null) => history with
    {
        Audit = new()
        {
            Jobs = jobs ?? history.Audit.Jobs, Events = events ?? history.Audit.Events, Callbacks = callbacks ?? history.Audit.Callbacks,
            Deliveries = deliveries ?? history.Audit.Deliveries, Attempts = attempts ?? history.Audit.Attempts,
        },
    };
}
