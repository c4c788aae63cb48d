using System.Net.Http.Json;
using System.Text.Json;
using EndToEnd.Running;
using Fixtures;

namespace EndToEnd.Workers;

/// <summary>
/// Remote workers and handlers of the service work on the same jobs while workers are killed and stalled, their networks are cut and held up, and
/// processes of the service are killed with the handlers in them. With <c>WEBHOOKS_CHAOS=full</c>: 20 remote workers, 4 handlers and 20,000 jobs.
/// </summary>
public abstract class Workers_that_crash
{
    private const int MaxAttempts = 30;
    private static readonly bool Full = Environment.GetEnvironmentVariable("WEBHOOKS_CHAOS") == "full";
    private static readonly (int Workers, int Jobs, TimeSpan Chaos) Size = Full ? (20, 20_000, TimeSpan.FromMinutes(10)) : (4, 200, TimeSpan.FromSeconds(13));

    private const int Handlers = 4;

    [Fact(Timeout = 1_800_000)]
    public async Task end_every_job_once_with_a_log_without_gaps_and_outputs_without_doubles()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var receiver = await RecordingReceiver.StartAsync();
        receiver.Takes = TimeSpan.FromMilliseconds(100); // else the handlers do nearly all the jobs before the others have begun
        using var keys = new TemporaryFolder();
        var services = new List<RunningService>();
        var processes = await ProcessesAsync();
        foreach (var settings in processes)
        {
            settings["Security__KeyRing"] = keys.Path;
            settings["Jobs__HandlerConcurrency"] = $"{Handlers / processes.Count}";
            settings["Jobs__Lease"] = "00:00:10";
            services.Add(await RunningService.StartAsync(receiver.Port, settings, stop));
        }
        var workers = Enumerable.Range(0, Size.Workers)
            .Select(i => new RemoteWorker(services.Select(s => s.Http.BaseAddress!), RunningService.Key, $"remote-{i}")).ToList();
        try
        {
            await SubmitAsync(services[0].Http, receiver.Url, stop);
            var began = TimeProvider.System.GetTimestamp();
            var disturbance = new Disturbance(workers, services);
            await disturbance.RunAsync(Size.Chaos, () => IsOpenAsync(services[0].Http, stop), stop);
            await EndAsync(services[0].Http, stop);
            var took = TimeProvider.System.GetElapsedTime(began);

            var jobs = await ListAsync(services[0].Http, stop);
            Assert.Equal(Size.Jobs, jobs.Count);
            await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stop }, async (job, cancel) =>
                MustBeWhole(job, (await services[0].Http.GetFromJsonAsync<JsonElement>($"/jobs/{Text(job, "id")}/events?limit=1000", cancel)).GetProperty("events")));
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{GetType().Name}: {jobs.Count} jobs, {jobs.Sum(j => j.GetProperty("version").GetInt32())} events, {jobs.Sum(LostLeases)} lost leases, {jobs.Count(j => FinisherOf(j) is not null)} finished by remote workers, {disturbance}, {took.TotalSeconds:N0} s");
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
            foreach (var service in services)
                await service.DisposeAsync();
        }
    }

    /// <summary>The settings of each process of the service.</summary>
    protected abstract Task<IReadOnlyList<Dictionary<string, string>>> ProcessesAsync();

    private static Task SubmitAsync(HttpClient http, string url, CancellationToken stop) =>
        Parallel.ForAsync(0, Size.Jobs, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stop }, async (i, cancel) =>
        {
            using var answer = await http.PostAsJsonAsync(
                "/jobs",
                new
                {
                    type = "http.request", input = new { method = "POST", url }, priority = i % 10, max_attempts = MaxAttempts, max_lost_leases = 100,
                    backoff = new { base_seconds = 0 },
                },
                cancel);
            answer.EnsureSuccessStatusCode();
        });

    private static async Task EndAsync(HttpClient http, CancellationToken stop)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (await IsOpenAsync(http, stop))
            await beat.WaitForNextTickAsync(stop);
    }

    private static async Task<bool> IsOpenAsync(HttpClient http, CancellationToken stop)
    {
        foreach (var status in new[] { "pending", "running" })
            if ((await http.GetFromJsonAsync<JsonElement>($"/jobs?status={status}&limit=1", stop)).GetProperty("items").GetArrayLength() > 0)
                return true;
        return false;
    }

    private static async Task<List<JsonElement>> ListAsync(HttpClient http, CancellationToken stop)
    {
        var jobs = new List<JsonElement>();
        for (var cursor = ""; ;)
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/jobs?limit=200{cursor}", stop);
            jobs.AddRange(page.GetProperty("items").EnumerateArray());
            if (!page.TryGetProperty("next_cursor", out var next))
                return jobs;
            cursor = $"&cursor={next.GetString()}";
        }
    }

    private static void MustBeWhole(JsonElement job, JsonElement events)
    {
        var log = events.EnumerateArray().Select(e => (Type: Text(e, "type"), Data: e.GetProperty("data"))).ToList();
        Assert.Equal("succeeded", Text(job, "status"));
        Assert.Equal(Enumerable.Range(1, log.Count), log.Select(e => e.Data.GetProperty("seq").GetInt32()));
        Assert.Equal(log.Count, job.GetProperty("version").GetInt32());
        Assert.Equal("job.succeeded", Assert.Single(log, e => e.Type is "job.succeeded" or "job.failed" or "job.canceled").Type);
        Assert.Equal("job.succeeded", log[^1].Type);
        Assert.InRange(job.GetProperty("attempt").GetInt32(), 1, MaxAttempts + LostLeases(job));

        // A claim begins at each job.started, so the n-th is fence n: what follows is its holder's alone, each number once and in order.
        var fence = 0;
        var outputs = 0;
        foreach (var (type, data) in log)
            if (type == "job.started")
                (fence, outputs) = (fence + 1, 0);
            else if (type == "job.output")
                Assert.Equal([fence, ++outputs], data.GetProperty("output").EnumerateArray().Select(n => n.GetInt32()));
        if (FinisherOf(job) is { } finisher)
            Assert.Equal((fence, 3), (finisher, outputs));
    }

    /// <summary>The fence of the remote worker whose result it is; null for a handler's.</summary>
    private static int? FinisherOf(JsonElement job) => job.GetProperty("result").TryGetProperty("fence", out var fence) ? fence.GetInt32() : null;

    private static int LostLeases(JsonElement job) => job.TryGetProperty("lost_leases", out var leases) ? leases.GetInt32() : 0;

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}

public sealed class Workers_that_crash_on_SQLite : Workers_that_crash
{
    protected override Task<IReadOnlyList<Dictionary<string, string>>> ProcessesAsync() =>
        Task.FromResult<IReadOnlyList<Dictionary<string, string>>>([[]]);
}

public sealed class Workers_that_crash_on_PostgreSQL : Workers_that_crash
{
    protected override async Task<IReadOnlyList<Dictionary<string, string>>> ProcessesAsync()
    {
        var connection = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("crashing");
        return [Settings(), Settings()];

        Dictionary<string, string> Settings() => new() { ["Storage__Provider"] = "PostgreSql", ["ConnectionStrings__Webhooks"] = connection };
    }
}
