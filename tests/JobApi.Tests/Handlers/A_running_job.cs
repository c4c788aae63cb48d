using Storage;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Tenants;
using Webhooks.Handlers;
using Webhooks.Workers;

namespace JobApi.Tests.Handlers;

public sealed class A_running_job : IAsyncLifetime
{
    private readonly Stage _stage = new();
    private readonly TaskCompletionSource<JobContext> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<object?> _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _stage.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        _finish.TrySetResult(null);
        await _stage.DrainAsync();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task hears_of_a_cancel_at_once_and_ends_as_canceled()
    {
        var (id, context) = await StartAsync(listens: true);

        var answer = await _stage.Service.DeleteAsync($"/jobs/{id}");
        var again = await _stage.Service.DeleteAsync($"/jobs/{id}");
        await _stage.DrainAsync();

        Assert.Equal((202, "running"), (answer.Status, answer.Text("status")));
        Assert.True(answer.Has("cancel_requested_at"));
        Assert.True(again.Status is 200 or 202);
        Assert.Equal(StopReason.Canceled, context.StopReason);
        Assert.Equal("canceled", await _stage.StatusAsync(id));
        Assert.Single(await _stage.EventsAsync(id, "job.cancel_requested"));
    }

    [Fact]
    public async Task that_was_canceled_through_another_process_hears_of_it_with_its_next_renewal()
    {
        var (id, context) = await StartAsync(listens: true);
        await ChangeAsync(id, JobTransitions.Cancel);

        await _stage.BeatAsync();
        Assert.Equal(StopReason.None, context.StopReason);
        _stage.Advance(20);
        await _stage.BeatAsync();
        await _stage.DrainAsync();

        Assert.Equal("canceled", await _stage.StatusAsync(id));
    }

    [Fact]
    public async Task keeps_its_lease_for_as_long_as_it_runs()
    {
        var (id, context) = await StartAsync(listens: false);

        for (var i = 0; i < 20; i++)
        {
            _stage.Advance(25);
            await _stage.BeatAsync();
        }
        _finish.SetResult("done");
        await _stage.DrainAsync();

        Assert.Equal(StopReason.None, context.StopReason);
        Assert.Equal(("succeeded", 1), (await _stage.StatusAsync(id), context.Attempt));
    }

    [Fact]
    public async Task that_takes_too_long_is_told_and_tried_again()
    {
        var (id, context) = await StartAsync(listens: true, ",\"timeout_seconds\":30");

        _stage.Advance(29);
        await _stage.BeatAsync();
        Assert.Equal(StopReason.None, context.StopReason);
        _stage.Advance(1);
        await _stage.BeatAsync();
        await _stage.DrainAsync();

        Assert.Equal("pending", await _stage.StatusAsync(id));
        Assert.Equal("timeout", (await _stage.JobAsync(id)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task that_does_not_listen_is_left_behind_and_its_late_result_is_not_kept()
    {
        var (id, context) = await StartAsync(listens: false, ",\"timeout_seconds\":30,\"max_attempts\":1");
        var left = Assert.Single(_stage.Service.Get<JobWorker>().Running);
        _stage.Advance(30);

        await _stage.Service.LookAfterAsync();

        Assert.Equal(StopReason.TimedOut, context.StopReason);
        Assert.Empty(_stage.Service.Get<JobWorker>().Running);
        await Assert.ThrowsAsync<OperationCanceledException>(() => context.OutputAsync("late"));
        _finish.SetResult("late");
        await left.Work;
        Assert.Equal("failed", await _stage.StatusAsync(id));
    }

    [Fact]
    public async Task whose_process_died_is_taken_up_again_after_its_lease()
    {
        var id = await _stage.SubmitAsync();
        var lost = await _stage.Service.Get<JobClaims>().ClaimAsync(
            new ClaimWish(null, ["scripted"], 1, "a process that died", TimeSpan.FromMinutes(1)), Stop);
        _stage.Script.Does(context => Task.FromResult<object?>(context.Attempt));

        _stage.Advance(59);
        await _stage.WorkAsync();
        Assert.Equal("running", await _stage.StatusAsync(id));
        _stage.Advance(1);
        await _stage.WorkAsync();

        Assert.Equal("2", (await _stage.JobAsync(id)).GetProperty("result").GetRawText());
        var late = await ChangeAsync(id, (log, job) => JobTransitions.Succeed(log, job, Assert.Single(lost).Fence, "\"late\""u8.ToArray()));
        Assert.Equal(Change.StaleFence, late);
    }

    [Fact]
    public async Task that_lost_its_lease_stops_and_writes_nothing_more()
    {
        var (id, context) = await StartAsync(listens: true);
        _stage.Advance(60);
        Assert.Equal(1, await _stage.Service.Get<JobStore>().TidyAsync(new RetryWaits(TimeSpan.Zero, TimeSpan.Zero), 10, Stop));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => context.SaveCheckpointAsync(1));

        Assert.Equal(StopReason.LeaseLost, context.StopReason);
        await _stage.DrainAsync();
        Assert.Equal(("pending", 3), (await _stage.StatusAsync(id), (await _stage.JobAsync(id)).GetProperty("version").GetInt32()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task is_given_back_when_the_process_stops_and_loses_no_attempt(bool listens)
    {
        var (id, context) = await StartAsync(listens);

        await _stage.Service.Get<JobWorker>().StopAsync(lastMoment: listens ? TimeSpan.FromDays(1) : TimeSpan.Zero, Stop);

        Assert.Equal(StopReason.ShuttingDown, context.StopReason);
        var job = await _stage.JobAsync(id);
        Assert.Equal(("pending", 0), (job.GetProperty("status").GetString(), job.GetProperty("attempt").GetInt32()));
        Assert.False(job.TryGetProperty("next_attempt_at", out _));
    }

    [Fact]
    public async Task keeps_its_lease_while_a_stopping_process_waits_for_it()
    {
        await using var patient = new Stage { StopGrace = "00:10:00" };
        await patient.InitializeAsync();
        patient.Script.Does(_ => _finish.Task);
        var id = await patient.SubmitAsync();
        await patient.BeatAsync();
        var first = await LeaseAsync();

        var stopping = patient.Service.Get<JobWorker>().StopAsync(TimeSpan.Zero, Stop);
        var lease = first;
        for (var second = 0; second < 59 && lease == first; second++)
        {
            patient.Advance(1);
            for (var looks = 0; looks < 20 && lease == first; looks++) // the steps of the stop are to keep up with the clock
                lease = await LeaseAsync();
        }
        _finish.SetResult("in time");
        await stopping;

        Assert.True(lease > first);
        Assert.Equal("succeeded", await patient.StatusAsync(id));

        async Task<DateTimeOffset> LeaseAsync() => Id<Job>.TryParse(id, out var job)
            ? (await patient.Service.Get<JobStore>().FindAsync(TenantStore.DefaultId, job, Stop))!.DueAt
            : throw new ArgumentException(id);
    }

    [Fact]
    public async Task takes_one_of_the_slots_and_no_more_are_claimed_than_are_free()
    {
        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
            ids.Add(await _stage.SubmitAsync());
        _stage.Script.Does(_ => _finish.Task);

        await _stage.BeatAsync();
        var running = await Task.WhenAll(ids.Select(_stage.StatusAsync));
        _finish.SetResult(1);
        await _stage.DrainAsync();
        await _stage.WorkAsync();

        Assert.Equal(4, running.Count(s => s == "running"));
        Assert.All(await Task.WhenAll(ids.Select(_stage.StatusAsync)), s => Assert.Equal("succeeded", s));
    }

    [Fact]
    public async Task of_a_type_with_a_concurrency_of_its_own_takes_none_of_the_others_slots()
    {
        var narrow = new List<string>();
        for (var i = 0; i < 3; i++)
            narrow.Add(await _stage.Service.SubmitAsync("""{"type":"narrow"}"""));
        var other = await _stage.SubmitAsync();
        _stage.Script.Does(_ => _finish.Task);

        await _stage.BeatAsync();
        var running = await Task.WhenAll(narrow.Select(_stage.StatusAsync));

        Assert.Single(running, s => s == "running");
        Assert.Equal("running", await _stage.StatusAsync(other));
    }

    private async Task<(string Id, JobContext Context)> StartAsync(bool listens, string members = "")
    {
        _stage.Script.Does(async context =>
        {
            _started.TrySetResult(context);
            return listens ? await _finish.Task.WaitAsync(context.Stop) : await _finish.Task;
        });
        var id = await _stage.SubmitAsync(members);
        await _stage.BeatAsync();
        return (id, await _started.Task.WaitAsync(Stop));
    }

    private Task<Change> ChangeAsync(string id, Func<JobLog, Job?, Change> change) =>
        Id<Job>.TryParse(id, out var job) ? _stage.Service.Get<JobWriter>().ChangeAsync(job, change) : throw new ArgumentException(id);
}
