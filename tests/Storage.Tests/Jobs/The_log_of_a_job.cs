using System.Text;
using System.Text.Json;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Jobs;

public sealed class The_log_of_a_job
{
    [Theory, EveryDatabase]
    public async Task Has_no_gap_when_thirty_two_change_it_at_once(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitWithCallbackAsync(Story.AllEvents);
        await storage.ClaimAsync();

        // Half of them through the one writer, half in transactions of their own, as other processes would.
        var commits = storage.Get<JobCommits>();
        await using var neighbour = new JobWriter(commits);
        var made = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => Task.Run(async () =>
        {
            var writer = n % 2 == 0 ? storage.Writer : neighbour;
            var outcomes = new List<Change>();
            for (var seq = 1; seq <= 5; seq++)
                outcomes.Add(await writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Output(log, row, 1, row!.OutputSeq + 1, "0"u8.ToArray())));
            return outcomes;
        })));

        Assert.All(made.SelectMany(m => m), outcome => Assert.Equal(Change.Made, outcome));
        var types = await storage.EventTypesAsync(job.Id);
        Assert.Equal(2 + 160, types.Count);
        Assert.Equal(types.Count, (await storage.FindAsync(job.Id)).Version);
        Assert.Equal(Enumerable.Range(1, types.Count), (await storage.DeliveriesAsync(job.Id)).Select(d => d.Seq).Order());
    }

    [Theory, EveryDatabase]
    public async Task Numbers_several_changes_of_one_commit(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();
        await storage.ClaimAsync();

        await storage.Writer.ChangeAsync(job.Id, (log, row) =>
        {
            JobTransitions.Output(log, row, 1, 1, "\"a\""u8.ToArray());
            JobTransitions.Output(log, row, 1, 2, "\"b\""u8.ToArray());
            return JobTransitions.Succeed(log, row, 1, "3"u8.ToArray());
        }, storage.Stop);

        Assert.Equal(["job.enqueued", "job.started", "job.output", "job.output", "job.succeeded"], await storage.EventTypesAsync(job.Id));
        var events = await storage.Jobs.EventsAsync(job.Id, 2, 2, storage.Stop);
        Assert.Equal(
            [(3, 3, "a"), (4, 4, "b")],
            events.Select(e => (e.Seq, Data(e.Body).GetProperty("seq").GetInt32(), Data(e.Body).GetProperty("output").GetString())));
    }

    [Theory, EveryDatabase]
    public async Task Has_each_output_once_per_fence(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();
        await storage.ClaimAsync();

        Assert.Equal([Change.Made, Change.Made, Change.Repeated, Change.Repeated, Change.Made], await OutputAsync(1, 1, 2, 2, 1, 3));
        await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Release(log, row, 1, TimeSpan.Zero), storage.Stop);
        await storage.ClaimAsync();
        Assert.Equal([Change.Made, Change.Repeated], await OutputAsync(2, 1, 1));
        Assert.Equal(4, (await storage.EventTypesAsync(job.Id)).Count(type => type == "job.output"));

        async Task<List<Change>> OutputAsync(long fence, params int[] numbers)
        {
            var outcomes = new List<Change>();
            foreach (var number in numbers)
                outcomes.Add(await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Output(log, row, fence, number, "0"u8.ToArray())));
            return outcomes;
        }
    }

    [Theory, EveryDatabase]
    public async Task Shows_progress_once_a_second_while_the_job_shows_the_newest(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();
        await storage.ClaimAsync();

        foreach (var milliseconds in new[] { 0, 400, 599, 1, 999 })
        {
            storage.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            var progress = (storage.Clock.GetUtcNow() - TestStorage.Start).TotalSeconds / 4;
            await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Report(log, row, 1, progress, "naïve 進捗"), storage.Stop);
        }

        Assert.Equal(["job.enqueued", "job.started", "job.progress", "job.progress"], await storage.EventTypesAsync(job.Id));
        var now = await storage.FindAsync(job.Id);
        Assert.Equal((1.999 / 4, "naïve 進捗"), (now.Progress, now.ProgressMessage));
    }

    [Theory, EveryDatabase]
    public async Task Takes_the_attempt_back_when_the_job_is_released(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync(storage.NewJob(maxAttempts: 1));
        await storage.ClaimAsync();
        await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Release(log, row, 1, TimeSpan.FromSeconds(7)), storage.Stop);

        Assert.Empty(await storage.ClaimAsync());
        storage.Clock.Advance(TimeSpan.FromSeconds(7));
        var again = Assert.Single(await storage.ClaimAsync());
        Assert.Equal((1, 2, null), (again.Attempt, again.Fence, again.ErrorCode));
    }

    [Theory, EveryDatabase]
    public async Task Ends_with_the_whole_document_but_not_with_a_huge_result(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var small = await EndAsync(256 * 1024);
        var large = await EndAsync(256 * 1024 + 1);

        Assert.True(small.TryGetProperty("result", out _));
        Assert.False(large.TryGetProperty("result", out _));
        Assert.Equal($"/jobs/{large.GetProperty("job_id").GetString()}/result", large.GetProperty("result_url").GetString());
        Assert.Equal("succeeded", large.GetProperty("status").GetString());
        Assert.Equal((3, 3), (large.GetProperty("seq").GetInt32(), large.GetProperty("version").GetInt32()));

        async Task<JsonElement> EndAsync(int resultBytes)
        {
            var job = await storage.SubmitAsync();
            await storage.ClaimAsync();
            var result = Encoding.ASCII.GetBytes($"\"{new string('x', resultBytes - 2)}\"");
            await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Succeed(log, row, 1, result));
            Assert.Equal(result, (await storage.FindAsync(job.Id)).Result);
            return Data((await storage.Jobs.EventsAsync(job.Id, 2, 10, storage.Stop)).Single().Body);
        }
    }

    private static JsonElement Data(byte[] body) => JsonDocument.Parse(body).RootElement.GetProperty("data");
}
