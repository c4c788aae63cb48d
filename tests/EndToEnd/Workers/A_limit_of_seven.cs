using System.Net.Http.Json;
using EndToEnd.Running;
using Fixtures;

namespace EndToEnd.Workers;

/// <summary>Fifty claimers, and what the log says afterwards about each moment of the race.</summary>
public abstract class A_limit_of_seven
{
    private const string Type = "limited";
    private const int Limit = 7;
    private const int Claimers = 50;
    private const int Jobs = 400;

    [Fact(Timeout = 180_000)]
    public async Task has_never_eight_running_at_any_moment_of_the_history()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var database = await OpenAsync(folder);
        var services = new List<RunningService>();
        foreach (var settings in database.Processes)
        {
            settings["Security__KeyRing"] = folder.File("keys");
            services.Add(await RunningService.StartAsync(FreePort.Find(), settings, stop));
        }
        try
        {
            using var limit = await services[0].Http.PutAsJsonAsync($"/types/{Type}", new { max_running = Limit }, stop);
            limit.EnsureSuccessStatusCode();
            await Parallel.ForAsync(0, Jobs, stop, async (i, cancel) =>
            {
                using var answer = await services[i % services.Count].Http.PostAsJsonAsync(
                    "/jobs", new { type = Type, max_attempts = 100, backoff = new { base_seconds = 0 } }, cancel);
                answer.EnsureSuccessStatusCode();
            });

            await Task.WhenAll(Enumerable.Range(0, Claimers).Select(i => new Claimer(services[i % services.Count].Http, Type, i).WorkAsync(stop)));

            var history = await database.ReadAsync(stop);
            Assert.Equal(Jobs, history.Count(e => e.Type == "job.succeeded"));
            Assert.Equal(Limit, MostRunning(history));
        }
        finally
        {
            foreach (var service in services)
                await service.DisposeAsync();
        }
    }

    /// <summary>How many ran at once at the most. A start that was committed at the same moment as an end counts as before it.</summary>
    private static int MostRunning(IReadOnlyList<Logged> history)
    {
        var running = new HashSet<string>();
        var most = 0;
        foreach (var happened in history.OrderBy(e => e.CommittedAt).ThenBy(e => e.Type != "job.started"))
            if (happened.Type == "job.started")
                most = Math.Max(most, running.Add(happened.Job) ? running.Count : throw new InvalidOperationException($"{happened.Job} was started twice."));
            else if (happened.Type is "job.retry_scheduled" or "job.succeeded" or "job.failed" or "job.canceled")
                running.Remove(happened.Job);
        Assert.Empty(running);
        return most;
    }

    private protected abstract Task<LoggingDatabase> OpenAsync(TemporaryFolder folder);
}

public sealed class A_limit_of_seven_on_SQLite : A_limit_of_seven
{
    private protected override Task<LoggingDatabase> OpenAsync(TemporaryFolder folder) => LoggingDatabase.SqliteAsync(folder);
}

public sealed class A_limit_of_seven_on_PostgreSQL_with_two_processes : A_limit_of_seven
{
    private protected override Task<LoggingDatabase> OpenAsync(TemporaryFolder folder) => LoggingDatabase.PostgreSqlAsync(processes: 2);
}
