using Webhooks.Handlers;
using Webhooks.Workers;
using static Webhooks.Tests.Workers.Workplace;

namespace Webhooks.Tests.Workers;

public sealed class A_held_job : IAsyncLifetime
{
    private readonly Workplace _place = new();
    private readonly TaskCompletionSource<object?> _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Is_renewed_at_a_third_of_its_lease()
    {
        _place.Has(Job());
        _place.Answers("heartbeat", Kept());
        await _place.StartAsync(_ => _finish.Task);

        await _place.PassAsync(19);
        Assert.Empty(_place.Calls("heartbeat"));
        await _place.PassAsync(1);
        Assert.Equal("""{"lease_seconds":60}""", _place.Call("heartbeat").ToJsonString());
        await _place.PassAsync(19);
        Assert.Single(_place.Calls("heartbeat"));
        await _place.PassAsync(1);
        Assert.Equal(2, _place.Calls("heartbeat").Count);
    }

    [Fact]
    public async Task Hears_of_a_cancel_with_its_next_heartbeat_and_says_when_it_has_stopped()
    {
        _place.Has(Job());
        _place.Answers("heartbeat", Kept(cancel: true));
        _place.Answers("canceled", Taken);
        var context = await _place.StartAsync(c => _finish.Task.WaitAsync(c.Stop));

        await _place.PassAsync(20);
        await _place.DrainAsync();

        Assert.Equal(StopReason.Canceled, context.StopReason);
        Assert.Equal("7", Assert.Single(_place.Calls("canceled")).Header("Lease-Fence"));
    }

    [Fact]
    public async Task That_was_canceled_and_finished_all_the_same_is_complete()
    {
        _place.Has(Job());
        _place.Answers("heartbeat", Kept(cancel: true));
        _place.Answers("complete", Taken);
        await _place.StartAsync(_ => _finish.Task);

        await _place.PassAsync(20);
        _finish.SetResult("done");
        await _place.DrainAsync();

        Assert.Equal("\"done\"", _place.Call("complete")["result"]!.ToJsonString());
    }

    [Fact]
    public async Task That_went_to_another_is_stopped_and_nothing_more_is_said_of_it()
    {
        _place.Has(Job());
        _place.Answers("heartbeat", Stale);
        var context = await _place.StartAsync(c => _finish.Task.WaitAsync(c.Stop));

        await _place.PassAsync(20);
        await _place.DrainAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => context.OutputAsync(1));
        await Assert.ThrowsAsync<OperationCanceledException>(() => context.ReportProgressAsync(1));

        Assert.Equal(StopReason.LeaseLost, context.StopReason);
        Assert.Equal(["claims", "heartbeat"], Said());
    }

    [Fact]
    public async Task Survives_a_network_cut_that_is_shorter_than_its_lease()
    {
        _place.Has(Job());
        _place.Answers("heartbeat", Away, Away, Kept());
        _place.Answers("complete", Taken);
        var context = await _place.StartAsync(_ => _finish.Task);

        await _place.PassAsync(20);
        await _place.PassAsync(1);
        await _place.PassAsync(38);
        Assert.Equal(3, _place.Calls("heartbeat").Count);
        await _place.PassAsync(1); // a minute since the claim, but the lease was renewed a second ago
        _finish.SetResult(1);
        await _place.DrainAsync();

        Assert.Equal(StopReason.None, context.StopReason);
        Assert.Single(_place.Calls("complete"));
    }

    [Fact]
    public async Task Is_lost_when_the_service_stays_away_for_the_length_of_the_lease()
    {
        _place.Has(Job());
        _place.Answers("heartbeat", Away);
        var context = await _place.StartAsync(c => _finish.Task.WaitAsync(c.Stop));

        for (var second = 0; second < 59; second++)
            await _place.PassAsync(1);
        Assert.Equal(StopReason.None, context.StopReason);
        Assert.InRange(_place.Calls("heartbeat").Count, 4, 12); // ever less often
        await _place.PassAsync(1);
        await _place.DrainAsync();

        Assert.Equal(StopReason.LeaseLost, context.StopReason);
        Assert.Equal(["claims", "heartbeat"], Said());
    }

    [Fact]
    public async Task Counts_its_lease_from_before_the_claim_was_asked_for()
    {
        await using var place = new Workplace(Patient);
        place.HasAfter(4, Job());
        place.Answers("heartbeat", Kept());
        place.Answers("complete", Taken);
        await place.StartAsync(_ => _finish.Task);

        await place.PassAsync(0);
        _finish.SetResult(1);
        await place.DrainAsync();

        Assert.Equal("""{"lease_seconds":10}""", place.Call("heartbeat").ToJsonString());
    }

    [Fact]
    public async Task That_came_when_its_lease_was_over_is_not_reported()
    {
        await using var place = new Workplace(Patient);
        place.HasAfter(10, Job());

        await place.ClaimAsync();
        await place.DrainAsync();

        Assert.Single(place.Service.Requests);
    }

    [Fact]
    public async Task Is_completed_again_until_the_service_answers()
    {
        _place.Has(Job());
        _place.Answers("complete", Away, Service.Status(500), Taken);
        _place.Does(_ => Task.FromResult<object?>(42));

        await _place.ClaimAsync();
        await _place.Clock.PassAsync(0.5, 0.75);
        await _place.Clock.PassAsync(1, 1.5);
        await _place.DrainAsync();

        Assert.Equal(3, _place.Calls("complete").Count);
        Assert.Single(_place.Calls("complete").Select(call => call.Body).Distinct());
    }

    [Fact]
    public async Task Whose_result_nobody_took_before_the_lease_ended_is_given_up()
    {
        _place.Has(Job());
        _place.Answers("complete", Away);
        _place.Does(_ => Task.FromResult<object?>(42));

        await _place.ClaimAsync();
        await _place.Clock.PassAsync(0.5, 0.75);
        _place.Clock.Advance(TimeSpan.FromSeconds(60));
        await _place.DrainAsync();

        Assert.InRange(_place.Calls("complete").Count, 1, 2);
        Assert.Contains(_place.Logs.Lines, line => line.Contains("is not ours any more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task That_takes_longer_than_it_may_is_stopped_and_fails_with_a_retry()
    {
        _place.Has(Job(timeout: 30));
        _place.Answers("heartbeat", Kept());
        _place.Answers("fail", Taken);
        var context = await _place.StartAsync(_ => _finish.Task);

        await _place.PassAsync(29);
        Assert.Equal(StopReason.None, context.StopReason);
        await _place.PassAsync(1);

        Assert.Equal(StopReason.TimedOut, context.StopReason);
        Assert.Equal(
            """{"error":{"code":"timeout","message":"The attempt took longer than 30 s."},"retryable":true}""", _place.Call("fail").ToJsonString());
        Assert.Empty(_place.Worker.Running);
    }

    [Fact]
    public async Task Tells_its_progress_once_a_second()
    {
        _place.Has(Job());
        _place.Answers("heartbeat", Kept());
        _place.Answers("complete", Taken);
        var context = await _place.StartAsync(_ => _finish.Task);

        await context.ReportProgressAsync(10, "begun");
        await context.ReportProgressAsync(20);
        await context.ReportProgressAsync(30);
        await _place.PassAsync(0.5);
        await _place.PassAsync(0.5);
        await context.ReportProgressAsync(90, "nearly");
        _finish.SetResult(null);
        await _place.DrainAsync();

        Assert.Equal(
            ["10 begun", "30 begun", "90 nearly"],
            _place.Calls("heartbeat").Select(call => $"{call.Json()["progress"]} {call.Json()["progress_message"]}"));
    }

    [Fact]
    public async Task Does_not_wait_for_an_absent_service_to_hear_its_progress()
    {
        _place.Has(Job());
        _place.Answers("heartbeat", Away, Kept());
        var context = await _place.StartAsync(_ => _finish.Task);

        await context.ReportProgressAsync(10);
        await context.ReportProgressAsync(20);
        await _place.PassAsync(5);

        Assert.Equal(["10", "20"], _place.Calls("heartbeat").Select(call => call.Json()["progress"]!.ToJsonString()));
    }

    [Fact]
    public async Task Saves_a_checkpoint_until_it_is_saved()
    {
        _place.Has(Job());
        _place.Answers("heartbeat", Away, Kept());
        var context = await _place.StartAsync(_ => _finish.Task);

        var saving = context.SaveCheckpointAsync(new { At = 5 });
        await _place.Clock.PassAsync(0.5, 0.75);
        await saving;

        Assert.Equal("""{"checkpoint":{"at":5},"lease_seconds":60}""", _place.Calls("heartbeat")[1].Json().ToJsonString());
        Assert.Equal(5, context.Checkpoint<Dictionary<string, int>>()!["at"]);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _finish.TrySetResult(null);
        foreach (var attempt in _place.Worker.Running)
            attempt.End(StopReason.LeaseLost);
        await _place.DrainAsync();
        await _place.DisposeAsync();
    }

    private IEnumerable<string> Said() => _place.Service.Requests.Select(r => r.Path[(r.Path.LastIndexOf('/') + 1)..]).Distinct();

    private static void Patient(JobWorkerOptions options) => (options.Lease, options.Timeout) = (TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));
}
