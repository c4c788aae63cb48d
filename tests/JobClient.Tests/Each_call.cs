using System.Text.Json.Nodes;
using Webhooks.Client;
using Webhooks.Contract;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class Each_call : IDisposable
{
    private static readonly DateTimeOffset Early = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Dictionary<string, (string Answer, Func<JobClient, Task> Make)> Calls = new()
    {
        ["POST /jobs"] = (Job("pending", 1), jobs => jobs.SubmitAsync(new() { Type = "research" })),
        [$"GET /jobs/{JobId}"] = (Job("running", 2), jobs => jobs.GetAsync(JobId)),
        ["GET /jobs"] = (Page(Job("failed", 3)), jobs => DrainAsync(jobs.ListAsync())),
        ["GET /jobs?status=failed&type=research&created_after=2030-01-02T03%3A04%3A05.0000000%2B00%3A00&created_before=2030-01-02T03%3A04%3A05.0000000%2B00%3A00&limit=7"] =
            (Page(), jobs => DrainAsync(jobs.ListAsync(new() { Status = "failed", Type = "research", CreatedAfter = Early, CreatedBefore = Early, Limit = 7 }))),
        [$"DELETE /jobs/{JobId}"] = (Job("canceled", 2), jobs => jobs.CancelAsync(JobId)),
        [$"POST /jobs/{JobId}/redrive"] = (Job("pending", 1), jobs => jobs.RedriveAsync(JobId)),
        [$"GET /jobs/{JobId}/events?after=4"] = ("""{"events":[],"next_after":4,"terminal":true}""", jobs => DrainAsync(jobs.EventsAsync(JobId, after: 4))),
        [$"POST /jobs/{JobId}/callbacks"] = (Callback, jobs => jobs.Callbacks.CreateAsync(JobId, new() { Url = "https://a.example/" })),
        [$"GET /jobs/{JobId}/callbacks"] = (Page(Callback), jobs => DrainAsync(jobs.Callbacks.ListAsync(JobId))),
        [$"GET /jobs/{JobId}/callbacks/cb_1"] = (Callback, jobs => jobs.Callbacks.GetAsync(JobId, "cb_1")),
        [$"DELETE /jobs/{JobId}/callbacks/cb_1"] = (Callback, jobs => jobs.Callbacks.DeleteAsync(JobId, "cb_1")),
        ["POST /keys"] = (Key, jobs => jobs.Keys.CreateAsync(new() { Name = "ci", Role = KeyRoles.Worker })),
        ["GET /keys"] = (Page(Key), jobs => DrainAsync(jobs.Keys.ListAsync())),
        ["DELETE /keys/key_1"] = (Key, jobs => jobs.Keys.RevokeAsync("key_1")),
        ["GET /deliveries"] = (Page(Delivery()), jobs => DrainAsync(jobs.Deliveries.ListAsync())),
        [$"GET /deliveries?status=parked&job_id={JobId}&receiver_id=rcv_1&event_type=job.failed&reason=blocked_address&limit=2"] = (Page(), jobs =>
            DrainAsync(jobs.Deliveries.ListAsync(
                new() { Status = "parked", JobId = JobId, ReceiverId = "rcv_1", EventType = "job.failed", Reason = "blocked_address", Limit = 2 }))),
        [$"GET /deliveries/{DeliveryId}"] = (Delivery(), jobs => jobs.Deliveries.GetAsync(DeliveryId)),
        [$"GET /deliveries/{DeliveryId}/attempts"] = (Page(Attempt), jobs => DrainAsync(jobs.Deliveries.AttemptsAsync(DeliveryId))),
        [$"POST /deliveries/{DeliveryId}/replay"] = (Delivery(), jobs => jobs.Deliveries.ReplayAsync(DeliveryId)),
        ["POST /callbacks/test"] = (Attempt, jobs => jobs.Callbacks.TestAsync(new() { Url = "https://a.example/" })),
        ["GET /signing-secret"] = ($$"""{"items":[{{SigningKey}}],"public_keys_url":"/.well-known/webhook-keys"}""", jobs => jobs.Signing.ListAsync()),
        ["POST /signing-secret/rotate"] = (SigningKey, jobs => jobs.Signing.RotateAsync(new() { OverlapHours = 24 })),
        ["DELETE /signing-secret/sgk_1"] = (SigningKey, jobs => jobs.Signing.RetireAsync("sgk_1")),
        ["GET /receivers"] = (Page(Receiver), jobs => DrainAsync(jobs.Receivers.ListAsync())),
        ["GET /receivers?status=paused&origin=https%3A%2F%2Fa.example%3A443&limit=5"] = (Page(), jobs =>
            DrainAsync(jobs.Receivers.ListAsync(new() { Status = ReceiverStatuses.Paused, Origin = "https://a.example:443", Limit = 5 }))),
        ["GET /receivers/rcv_1"] = (Receiver, jobs => jobs.Receivers.GetAsync("rcv_1")),
        ["POST /receivers/rcv_1/pause"] = (Receiver, jobs => jobs.Receivers.PauseAsync("rcv_1")),
        ["POST /receivers/rcv_1/resume"] = (Receiver, jobs => jobs.Receivers.ResumeAsync("rcv_1")),
        ["PATCH /receivers/rcv_1"] = (Receiver, jobs => jobs.Receivers.PatchAsync("rcv_1", new() { Lanes = 2 })),
        ["POST /replays"] = (Replay, jobs => jobs.Replays.StartAsync(new() { Reason = "gone" })),
        ["GET /replays"] = (Page(Replay), jobs => DrainAsync(jobs.Replays.ListAsync())),
        ["GET /replays/rpl_1"] = (Replay, jobs => jobs.Replays.GetAsync("rpl_1")),
        ["POST /replays/rpl_1/pause"] = (Replay, jobs => jobs.Replays.PauseAsync("rpl_1")),
        ["POST /replays/rpl_1/resume"] = (Replay, jobs => jobs.Replays.ResumeAsync("rpl_1")),
        ["POST /replays/rpl_1/cancel"] = (Replay, jobs => jobs.Replays.CancelAsync("rpl_1")),
        ["PUT /operations-callback"] = (Operations, jobs => jobs.OperationsCallback.PutAsync(new() { Url = "https://a.example/" })),
        ["GET /operations-callback"] = (Operations, jobs => jobs.OperationsCallback.GetAsync()),
        ["DELETE /operations-callback"] = (Operations, jobs => jobs.OperationsCallback.DeleteAsync()),
        ["GET /health/live"] = ("{}", jobs => jobs.IsLiveAsync()),
        ["GET /health/ready"] = ("{}", jobs => jobs.IsReadyAsync()),
    };

    private readonly Service _service = new();

    public static TheoryData<string> Routes => [.. Calls.Keys];

    [Theory, MemberData(nameof(Routes))]
    public async Task Asks_its_route_with_the_key(string route)
    {
        var (answer, make) = Calls[route];
        var words = route.Split(' ', '?');
        _service.Answers(words[0], words[1], Service.Json(200, answer));

        await make(_service.Client());

        Assert.Equal(route, _service.Request.Line());
        Assert.Equal("Bearer " + Service.Key, _service.Request.Header("Authorization"));
    }

    [Fact]
    public async Task To_submit_sends_the_job_as_the_contract_writes_it()
    {
        _service.Answers("POST", "/jobs", Service.Json(202, Job("pending", 1)));
        var job = SubmitJob.For("research", new { TopicName = "Ebbe & Flut – 潮" }) with
        {
            Callbacks = [new() { Url = "https://a.example/", Events = [JobEventTypes.Failed], Headers = new Dictionary<string, string> { ["X-Room"] = "7" }, Secret = "whsec_abc" }],
            Priority = 9,
            MaxAttempts = 1,
            RunAt = new DateTimeOffset(2030, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)),
            TimeoutSeconds = 60,
            TtlSeconds = 0,
            Metadata = new Dictionary<string, string> { ["CostCentre"] = "A" },
        };

        await _service.Client().SubmitAsync(job, "order-7", TestContext.Current.CancellationToken);

        Assert.Equal("order-7", _service.Request.Header("Idempotency-Key"));
        Assert.Equal("application/json", _service.Request.Header("Content-Type")!.Split(';')[0]);
        var expected = JsonNode.Parse("""
            {"type":"research","input":{"topic_name":"Ebbe & Flut – 潮"},
             "callbacks":[{"url":"https://a.example/","events":["job.failed"],"headers":{"X-Room":"7"},"secret":"whsec_abc"}],
             "priority":9,"max_attempts":1,"run_at":"2030-01-02T03:04:05.000Z","timeout_seconds":60,"ttl_seconds":0,"metadata":{"CostCentre":"A"}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, _service.Request.Json()), _service.Request.Body);
    }

    [Fact]
    public async Task To_replay_many_says_which_and_how_fast_and_to_count_changes_nothing()
    {
        _service.Answers("POST", "/replays", Service.Json(202, Replay), Service.Json(200, """{"count":7,"filter":{"status":"parked"}}"""));
        var jobs = _service.Client();
        var filter = new ReplayFilter { Status = DeliveryStatuses.Parked, ReceiverId = "rcv_1", CreatedAfter = Early };

        await jobs.Replays.StartAsync(filter, 100, "again-7", TestContext.Current.CancellationToken);
        var count = await jobs.Replays.CountAsync(filter, TestContext.Current.CancellationToken);

        Assert.Equal((7, "again-7"), (count, _service.Requests[0].Header("Idempotency-Key")));
        const string which = """{"status":"parked","receiver_id":"rcv_1","created_after":"2030-01-02T03:04:05.000Z"}""";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""{"filter":{{which}},"rate_per_second":100}"""), _service.Requests[0].Json()));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""{"filter":{{which}},"dry_run":true}"""), _service.Requests[1].Json()));
    }

    [Fact]
    public async Task To_submit_makes_an_idempotency_key_of_its_own()
    {
        _service.Answers("POST", "/jobs", Service.Json(202, Job("pending", 1)));
        var jobs = _service.Client();

        await jobs.SubmitAsync(new() { Type = "research" }, stop: TestContext.Current.CancellationToken);
        await jobs.SubmitAsync(new() { Type = "research" }, stop: TestContext.Current.CancellationToken);

        var keys = _service.Requests.Select(request => Guid.Parse(request.Header("Idempotency-Key")!)).ToList();
        Assert.Equal(2, keys.Distinct().Count());
    }

    [Fact]
    public async Task Keeps_the_path_of_the_base_address_and_escapes_ids()
    {
        _service.Answers("GET", "/v1/jobs/*", Service.Json(200, Job("running", 2)));

        await _service.Client(options => options.BaseAddress = new Uri(options.BaseAddress!, "/v1/")).GetAsync("../keys", TestContext.Current.CancellationToken);

        Assert.EndsWith("/v1/jobs/..%2Fkeys", _service.Request.AbsoluteUrl);
    }

    [Fact]
    public async Task Does_not_follow_redirects()
    {
        _service.Answers("POST", "/jobs", Service.Status(302).WithHeader("Location", "/elsewhere"));

        var refusal = await Assert.ThrowsAsync<JobApiException>(() => _service.Client().SubmitAsync(new() { Type = "research" }, stop: TestContext.Current.CancellationToken));

        Assert.Equal(302, (int)refusal.StatusCode);
        Assert.Single(_service.Requests);
    }

    public void Dispose() => _service.Dispose();

    private static async Task DrainAsync<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var item in items)
            Assert.NotNull(item);
    }
}
