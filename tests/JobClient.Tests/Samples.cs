namespace Webhooks.Tests;

/// <summary>What the service says, letter by letter.</summary>
internal static class Samples
{
    public const string JobId = "job_01k0000000000000000000000a";
    public const string DeliveryId = "dlv_01k0000000000000000000000a";

    public static string Job(string status, int version, string more = "") => $$"""
        {"id":"{{JobId}}","type":"research","status":"{{status}}","version":{{version}},"attempt":1,"max_attempts":3,"priority":5,
         "created_at":"2030-01-02T03:04:05.678Z","status_url":"/jobs/{{JobId}}","events_url":"/jobs/{{JobId}}/events"{{more}}}
        """;

    public static string Event(int seq, string type, string status) => $$"""
        {"type":"{{type}}","timestamp":"2030-01-02T03:04:05.678Z","data":{"job_id":"{{JobId}}","seq":{{seq}},"status":"{{status}}"} }
        """;

    public static string Delivery(string id = DeliveryId) => $$"""
        {"id":"{{id}}","job_id":"{{JobId}}","callback_id":"cb_1","receiver_id":"rcv_1","event_type":"job.succeeded","seq":3,"status":"parked",
         "reason":"retries_exhausted","round":1,"attempts":11,"created_at":"2030-01-02T03:04:05.678Z"}
        """;

    public const string Attempt = """
        {"number":1,"round":1,"started_at":"2030-01-02T03:04:05Z","finished_at":"2030-01-02T03:04:06Z","status_code":500,"error":"http_status","error_detail":"busy",
         "duration_ms":1000,"durations":{"dns_ms":1,"connect_ms":2,"tls_ms":3,"first_byte_ms":900,"total_ms":1000},"response_excerpt":"oh no","engine":"a"}
        """;

    public const string Callback = """{"id":"cb_1","url":"https://a.example/","events":["job.succeeded"],"status":"active"}""";

    public const string SigningKey = """{"id":"sgk_1","scheme":"v1","created_at":"2030-01-02T03:04:05Z","active":true,"secret":"whsec_new"}""";

    public const string Replay = """
        {"id":"rpl_1","status":"running","filter":{"status":"parked","reason":"gone"},"rate_per_second":100,"matched":10,"replayed":4,"skipped":1,"progress":50,
         "reached_at":"2030-01-02T03:04:05Z","created_at":"2030-01-02T03:04:05Z","finished_at":"2030-01-02T03:04:05Z"}
        """;

    public const string Operations =
        """{"id":"cb_1","log_id":"job_1","url":"https://a.example/","receiver_id":"rcv_1","events":["delivery.parked"],"status":"disabled","reason":"gone"}""";

    public const string Receiver = """
        {"id":"rcv_1","origin":"https://a.example:443","status":"failing","breaker":{"state":"open","until":"2030-01-02T03:04:05Z","failures":10,"openings":1},
         "backlog":{"pending":10000,"is_at_least":true,"oldest_due_at":"2030-01-02T03:04:05Z"},"limits":{"max_in_flight":4,"rate_per_second":2.5,"lanes":2},
         "concurrency":8,"lane_ids":["rcv_1","rcv_2"],"paused_at":"2030-01-02T03:04:05Z","disabled_at":"2030-01-02T03:04:05Z",
         "failing_since":"2030-01-02T03:04:05Z","succeeded_at":"2030-01-02T03:04:05Z","created_at":"2030-01-02T03:04:05Z"}
        """;

    public const string Key = """{"id":"key_1","name":"ci","role":"worker","types":["research"],"created_at":"2030-01-02T03:04:05Z","key":"whk_new"}""";

    public static string Page(params string[] items) => $$"""{"items":[{{string.Join(',', items)}}]}""";
}
