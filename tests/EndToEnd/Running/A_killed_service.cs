using System.Text.Json;
using Fixtures;
using Webhooks.Client;
using Webhooks.Contract;

namespace EndToEnd.Running;

public abstract class A_killed_service
{
    private const int Jobs = 500;

    [Fact(Timeout = 240_000)] // a job that never ends fails the test instead of hanging the run
    public async Task ends_every_accepted_job_and_explains_every_repeat()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var slowApi = await RecordingReceiver.StartAsync();
        var settings = await DatabaseAsync();
        settings["Egress__Allow__1"] = $"127.0.0.0/8:{slowApi.Port}";
        settings["Jobs__Lease"] = "00:00:10";
        settings["Jobs__RetryFirst"] = "00:00:01";
        settings["Deliveries__Lease"] = "00:00:05";
        settings["Deliveries__Timeout"] = "00:00:02";
        await using var service = await RunningService.StartAsync(receiver.Port, settings, stop);

        // Killed in the middle of accepting, working and delivering; the client repeats its submits with their keys.
        var submitting = SubmitAsync(service.Client, receiver.Url, slowApi.Url, stop);
        await receiver.UntilAsync(got => got.Count > 50, stop);
        Assert.True(receiver.All.Count < Jobs, "Everything was delivered before the kill.");
        await service.KillAsync();
        await service.StartAsync(stop);
        var accepted = await submitting;

        Assert.Equal(Jobs, accepted.Distinct().Count());
        await receiver.UntilAsync(got => got.Select(g => g.Id).Distinct().Count() == Jobs, stop);
        foreach (var id in accepted)
        {
            var job = await service.Client.WaitAsync(id, stop);
            Assert.Equal(JobStatuses.Succeeded, job.Status);
        }
        await EachRepeatHasAnAttemptAsync(service.Client, receiver, stop);
    }

    /// <summary>The settings that name the database.</summary>
    protected abstract Task<Dictionary<string, string>> DatabaseAsync();

    private static async Task<List<string>> SubmitAsync(JobClient client, string callback, string slowApi, CancellationToken stop)
    {
        var accepted = new List<string>();
        var input = JsonSerializer.SerializeToElement(new { method = "POST", url = slowApi });
        await Parallel.ForAsync(0, Jobs, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stop }, async (_, cancel) =>
        {
            var job = await client.SubmitAsync(
                new SubmitJob { Type = "http.request", Input = input, CallbackUrl = callback, MaxAttempts = 5 }, Guid.NewGuid().ToString(), cancel);
            lock (accepted)
                accepted.Add(job.Id);
        });
        return accepted;
    }

    private static async Task EachRepeatHasAnAttemptAsync(JobClient client, RecordingReceiver receiver, CancellationToken stop)
    {
        var seen = receiver.All.CountBy(r => r.Id).ToDictionary();
        var deliveries = 0;
        await foreach (var delivery in client.Deliveries.ListAsync())
        {
            deliveries++;
            var attempts = 0;
            await foreach (var attempt in client.Deliveries.AttemptsAsync(delivery.Id))
                attempts++;
            var requests = seen[$"evt_{delivery.JobId}_{delivery.Seq}"];
            Assert.InRange(requests, 1, attempts);
        }
        Assert.Equal(Jobs, deliveries);
        Assert.All(receiver.All.GroupBy(r => r.Id), same => Assert.Single(same.Select(r => Convert.ToHexString(r.Body)).Distinct()));
        stop.ThrowIfCancellationRequested();
    }
}

public sealed class A_killed_service_on_SQLite : A_killed_service
{
    protected override Task<Dictionary<string, string>> DatabaseAsync() => Task.FromResult(new Dictionary<string, string>());
}

public sealed class A_killed_service_on_PostgreSQL : A_killed_service
{
    protected override async Task<Dictionary<string, string>> DatabaseAsync() => new()
    {
        ["Storage__Provider"] = "PostgreSql",
        ["ConnectionStrings__Webhooks"] = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("killed"),
    };
}
