using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Handlers;
using static Webhooks.Tests.Samples;
using static Webhooks.Tests.Workers.Workplace;

namespace Webhooks.Tests.Workers;

public sealed class A_remote_worker : IAsyncLifetime
{
    private readonly Workplace _place = new();

    [Fact]
    public async Task Claims_what_it_has_free_slots_for_and_says_who_it_is()
    {
        _place.Has(Job());
        await _place.StartAsync(async context => await Task.Delay(Timeout.Infinite, context.Stop).ContinueWith(_ => "stopped", TaskScheduler.Default));

        await _place.ClaimAsync();

        var claims = _place.Calls("claims").Select(call => call.Json()).ToList();
        Assert.Equal(
            """{"types":["scripted"],"max":4,"wait_seconds":0,"lease_seconds":60,"worker_id":"worker-1","worker_version":"1.2.3"}""",
            claims[0].ToJsonString());
        Assert.Equal(3, claims[1]["max"]!.GetValue<int>());
        Assert.Equal($"Bearer {Service.Key}", _place.Service.Requests[0].Header("Authorization"));
    }

    [Fact]
    public async Task Gives_types_with_a_concurrency_of_their_own_slots_of_their_own()
    {
        await using var place = new Workplace(handlers: services => services
            .AddJobHandler<Idle>("narrow", concurrency: 1).AddJobHandler<Idle>("a").AddJobHandler<Idle>("b"));
        place.Service.Answers("POST", "/worker/claims", Service.Status(204));

        await place.ClaimAsync();

        Assert.Equal(
            ["""["narrow"] 1""", """["a","b"] 4"""],
            place.Calls("claims").Select(call => $"{call.Json()["types"]!.ToJsonString()} {call.Json()["max"]}"));
    }

    [Fact]
    public async Task Completes_a_job_with_what_its_handler_returns()
    {
        _place.Has(Job(more: ""","checkpoint":{"at":3}"""));
        _place.Answers("complete", Taken);
        _place.Run = (input, context) => Task.FromResult<object?>(new
        {
            Echo = input, context.JobId, context.Type, context.Attempt, context.MaxAttempts, Token = context.IdempotencyToken,
            Saved = context.Checkpoint<Dictionary<string, int>>()!["at"],
        });

        await _place.ClaimAsync();
        await _place.DrainAsync();

        Assert.Equal(
            $$"""{"echo":{"text":"the-input"},"job_id":"{{JobId}}","type":"scripted","attempt":1,"max_attempts":3,"token":"{{JobId}}","saved":3}""",
            _place.Call("complete")["result"]!.ToJsonString());
        Assert.Equal("7", _place.Calls("complete")[0].Header("Lease-Fence"));
        Assert.Equal("Bearer " + Service.Key, _place.Calls("complete")[0].Header("Authorization"));
    }

    [Fact]
    public async Task Fails_an_attempt_as_its_handler_says()
    {
        _place.Has(Job());
        _place.Answers("fail", Taken);
        _place.Does(_ => throw new JobFailedException("quota", "Too much.", retryable: false, retryAfter: TimeSpan.FromSeconds(2.5)));

        await _place.ClaimAsync();
        await _place.DrainAsync();

        Assert.Equal(
            """{"error":{"code":"quota","message":"Too much."},"retryable":false,"retry_after_seconds":3}""", _place.Call("fail").ToJsonString());
    }

    [Fact]
    public async Task Fails_an_attempt_that_throws_and_keeps_the_message_to_itself()
    {
        _place.Has(Job());
        _place.Answers("fail", Taken);
        _place.Does(_ => throw new InvalidOperationException("inner text"));

        await _place.ClaimAsync();
        await _place.DrainAsync();

        Assert.Equal("""{"error":{"code":"handler_error","message":"InvalidOperationException"},"retryable":true}""", _place.Call("fail").ToJsonString());
    }

    [Fact]
    public async Task Fails_a_job_whose_result_the_service_refuses()
    {
        _place.Has(Job());
        _place.Answers("complete", Service.Problem(413, "body_too_large", "The body is larger than 1 MiB."));
        _place.Answers("fail", Taken);

        await _place.ClaimAsync();
        await _place.DrainAsync();

        Assert.Equal(
            """{"error":{"code":"body_too_large","message":"The body is larger than 1 MiB."},"retryable":false}""", _place.Call("fail").ToJsonString());
    }

    [Fact]
    public async Task Does_not_begin_a_job_that_is_canceled_already()
    {
        _place.Has(Job().Replace("\"cancel_requested\":false", "\"cancel_requested\":true", StringComparison.Ordinal));
        _place.Answers("canceled", Taken);
        _place.Does(_ => throw new InvalidOperationException("begun"));

        await _place.ClaimAsync();
        await _place.DrainAsync();

        Assert.Single(_place.Calls("canceled"));
        Assert.Empty(_place.Calls("fail"));
    }

    [Fact]
    public async Task Gives_each_attempt_a_scope_of_its_own()
    {
        var scopes = new List<Scoped>();
        await using var place = new Workplace(handlers: services => services.AddSingleton(scopes).AddScoped<Scoped>().AddJobHandler<Keeps>("scripted"));
        place.Has(Job(), Job("job_01k0000000000000000000000b"));
        place.Answers("complete", Taken);

        await place.ClaimAsync();
        await place.DrainAsync();

        Assert.Equal(2, scopes.Distinct().Count());
        Assert.All(scopes, scope => Assert.True(scope.Disposed));
    }

    [Fact]
    public async Task Keeps_key_and_input_out_of_its_logs()
    {
        _place.Has(Job());
        _place.Answers("fail", Service.Status(503), Service.Problem(422, "invalid_request", "error.code: no."));
        _place.Does(_ => throw new InvalidOperationException("oh no"));

        await _place.ClaimAsync();
        await _place.Clock.PassAsync(0.5, 0.75);
        await _place.DrainAsync();

        Assert.Contains(_place.Logs.Lines, line => line.Contains("The handler of scripted failed", StringComparison.Ordinal));
        Assert.DoesNotContain(_place.Logs.Lines, line => line.Contains(Service.Key, StringComparison.Ordinal));
        Assert.DoesNotContain(_place.Logs.Lines, line => line.Contains("the-input", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Asks_again_ever_less_often_while_the_service_is_away()
    {
        _place.Service.Answers("POST", "/worker/claims",
            Away, Service.Status(401), Service.Status(429).WithHeader("Retry-After", "9"), Service.Json(200, $$"""{"jobs":[{{Job()}}]}"""), Service.Status(204));
        _place.Answers("complete", Taken);
        var done = new TaskCompletionSource();
        _place.Does(_ =>
        {
            done.SetResult();
            return Task.FromResult<object?>(1);
        });

        await _place.Loop.StartAsync(TestContext.Current.CancellationToken);
        await _place.Clock.PassAsync(0.5, 0.75);
        await _place.Clock.PassAsync(1.01, 1.5);
        await _place.Clock.PassAsync(9);
        await done.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await _place.Loop.StopAsync(TestContext.Current.CancellationToken);

        Assert.Single(_place.Logs.Lines, line => line.Contains("No job could be claimed", StringComparison.Ordinal));
        Assert.Single(_place.Logs.Lines, line => line.Contains("Jobs can be claimed again", StringComparison.Ordinal));
        Assert.Equal(20, _place.Calls("claims")[0].Json()["wait_seconds"]!.GetValue<int>());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var attempt in _place.Worker.Running)
            attempt.End(StopReason.LeaseLost);
        await _place.DrainAsync();
        await _place.DisposeAsync();
    }

    private sealed class Idle : IJobHandler<JsonElement, int>
    {
        public Task<int> RunAsync(JsonElement input, JobContext context) => Task.FromResult(0);
    }

    private sealed class Scoped : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }

    private sealed class Keeps(Scoped scope, List<Scoped> scopes) : IJobHandler<JsonElement, int>
    {
        public Task<int> RunAsync(JsonElement input, JobContext context)
        {
            lock (scopes)
                scopes.Add(scope);
            return Task.FromResult(0);
        }
    }
}
