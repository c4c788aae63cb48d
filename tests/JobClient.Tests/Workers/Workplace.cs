using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.Handlers;
using Webhooks.Workers;
using WireMock;
using WireMock.ResponseBuilders;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests.Workers;

/// <summary>A worker, the scripted service that it works for, and a clock that only the test moves. Nothing happens by itself: the test takes the turns.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Workplace(Action<JobWorkerOptions>? configure = null, Action<IServiceCollection>? handlers = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Service.Clock).AddSingleton(this);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        services.AddJobWorker(options =>
        {
            (options.BaseAddress, options.ApiKey, options.WorkerId, options.Version) = (Service.Address, Tests.Service.Key, "worker-1", "1.2.3");
            (options.Concurrency, options.StopGrace) = (4, TimeSpan.Zero);
            configure?.Invoke(options);
        });
        (handlers ?? (s => s.AddJobHandler<Scripted>("scripted")))(services);
        _services = services.BuildServiceProvider();
        Worker = _services.GetRequiredService<JobWorker>();
    }

    public Service Service { get; } = new();

    public StepClock Clock => Service.Clock;

    public Logs Logs { get; } = new();

    public JobWorker Worker { get; }

    /// <summary>The hosted service that takes the turns outside of tests.</summary>
    public IHostedService Loop => _services.GetServices<IHostedService>().OfType<JobWorkerLoop>().Single();

    /// <summary>What the handler does.</summary>
    public Func<JsonElement, JobContext, Task<object?>> Run { get; set; } = (_, _) => Task.FromResult<object?>(null);

    public void Does(Func<JobContext, Task<object?>> run) => Run = (_, context) => run(context);

    /// <summary>The service has these jobs, once.</summary>
    public void Has(params string[] jobs) =>
        Service.Answers("POST", "/worker/claims", Tests.Service.Json(200, $$"""{"jobs":[{{string.Join(',', jobs)}}]}"""), Tests.Service.Status(204));

    /// <summary>The service has these jobs, and takes its time to say so.</summary>
    public void HasAfter(double seconds, params string[] jobs) => Service.Answers("POST", "/worker/claims", Response.Create()
        .WithHeader("Content-Type", "application/json").WithBody(_ =>
        {
            Clock.Advance(TimeSpan.FromSeconds(seconds));
            return $$"""{"jobs":[{{string.Join(',', jobs)}}]}""";
        }));

    /// <summary>How the service answers the calls on the one job, in turn; the last answer stays.</summary>
    public void Answers(string call, params IResponseBuilder[] answers) => Service.Answers("POST", $"/worker/jobs/{JobId}/{call}", answers);

    /// <summary>Claims for every lane and starts what came.</summary>
    public async Task ClaimAsync()
    {
        foreach (var lane in Worker.Lanes)
            await Worker.ClaimAsync(lane, TimeSpan.Zero, TestContext.Current.CancellationToken);
    }

    /// <summary>Claims, and waits until the one handler says that it has begun.</summary>
    public async Task<JobContext> StartAsync(Func<JobContext, Task<object?>> run)
    {
        var begun = new TaskCompletionSource<JobContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        Does(context =>
        {
            begun.SetResult(context);
            return run(context);
        });
        await ClaimAsync();
        return await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    /// <summary>Lets time pass and looks after what runs.</summary>
    public async Task PassAsync(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        Worker.LookAfter();
        await Worker.BeatsAsync();
    }

    public Task DrainAsync() => Worker.DrainAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public IReadOnlyList<IRequestMessage> Calls(string call) => [.. Service.Requests.Where(r => r.Path.EndsWith("/" + call, StringComparison.Ordinal))];

    public JsonNode Call(string call) => Assert.Single(Calls(call)).Json();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Service.Dispose();
    }

    public static string Job(string id = JobId, string type = "scripted", string more = "", int timeout = 600) => $$"""
        {"id":"{{id}}","type":"{{type}}","attempt":1,"max_attempts":3,"fence":7,"lease_expires_at":"2030-01-02T03:05:05Z",
         "attempt_ends_at":"2030-01-02T03:14:05Z","timeout_seconds":{{timeout}},"priority":5,"created_at":"2030-01-02T03:04:05Z",
         "input":{"text":"the-input"},"idempotency_token":"{{id}}","cancel_requested":false{{more}}}
        """;

    public static IResponseBuilder Kept(bool cancel = false) => Tests.Service.Json(
        200, $$"""{"lease_expires_at":"2030-01-02T03:05:05Z","cancel_requested":{{(cancel ? "true" : "false")}}}""");

    public static IResponseBuilder Taken => Tests.Service.Json(200, Samples.Job("succeeded", 5));

    public static IResponseBuilder Appended => Tests.Service.Json(200, """{"last_seq":3,"last_client_seq":1}""");

    public static IResponseBuilder Away => Tests.Service.Status(503);

    public static IResponseBuilder Stale => Tests.Service.Problem(412, "stale_fence", "Lease-Fence: a later claim has the job.");

    private sealed class Scripted(Workplace place) : IJobHandler<JsonElement, object?>
    {
        public Task<object?> RunAsync(JsonElement input, JobContext context) => place.Run(input, context);
    }
}
