using System.Net.Http.Headers;
using System.Text;
using JobApi.Workers;
using Microsoft.Extensions.Hosting;
using Storage;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Sql;
using Storage.Tenants;

namespace JobApi.Tests.Workers;

public sealed class A_waiting_claim : IAsyncLifetime
{
    private readonly Bench _bench = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task gets_the_job_that_is_accepted_while_it_waits()
    {
        var claim = _bench.ClaimAsync("a", Wait);
        await _bench.WaitingAsync(1);

        var id = await _bench.SubmitAsync("a");

        Assert.Contains(id, (await claim).Body, StringComparison.Ordinal);
        Assert.Equal(0, _bench.Desk.Waiting);
    }

    [Fact]
    public async Task is_one_of_hundreds_that_one_turn_serves_in_the_order_they_came()
    {
        var claims = new List<Task<IReadOnlyList<Job>>>();
        for (var i = 0; i < 300; i++)
            claims.Add(_bench.Desk.ClaimAsync(Wish($"w{i}", "a"), TimeSpan.FromSeconds(60), Stop));
        await _bench.WaitingAsync(300);

        for (var i = 0; i < 3; i++)
            await _bench.SubmitAsync("a");
        await _bench.Desk.RunOnceAsync();

        Assert.All(claims.Take(3), claim => Assert.True(claim.IsCompleted));
        Assert.All(claims.Skip(3), claim => Assert.False(claim.IsCompleted));
        Assert.Equal(["w0", "w1", "w2"], (await Task.WhenAll(claims.Take(3))).Select(jobs => Assert.Single(jobs).Worker));
    }

    [Fact]
    public async Task ends_empty_when_its_wait_is_over()
    {
        var claim = _bench.ClaimAsync("a", Wait);
        await _bench.WaitingAsync(1);

        _bench.Service.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(claim.IsCompleted);
        _bench.Service.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(204, (await claim).Status);
    }

    [Fact]
    public async Task gets_a_scheduled_job_when_its_time_has_come_without_any_ring()
    {
        var later = _bench.Service.Clock.GetUtcNow().AddSeconds(20);
        var id = await _bench.SubmitAsync("a", $$""","run_at":"{{later:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}" """);
        var claim = _bench.ClaimAsync("a", Wait);
        await _bench.WaitingAsync(1);
        await PassAsync(0.05); // the second look, which finds out when the next job is due
        await PassAsync(19.9);
        Assert.False(claim.IsCompleted);

        _bench.Service.Clock.Advance(TimeSpan.FromSeconds(0.05));

        Assert.Contains(id, (await claim).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task asks_the_database_only_for_what_the_last_turn_did_not_look_for()
    {
        var first = _bench.Desk.ClaimAsync(Wish("first", "a"), TimeSpan.FromSeconds(60), Stop);
        await _bench.WaitingAsync(1);
        var id = await InsertUnheardAsync("a");

        var alike = _bench.Desk.ClaimAsync(Wish("alike", "a"), TimeSpan.FromSeconds(60), Stop);
        await _bench.Desk.IdleAsync();
        Assert.Equal((2, false, false), (_bench.Desk.Waiting, first.IsCompleted, alike.IsCompleted));

        _ = _bench.Desk.ClaimAsync(Wish("other", "a", "b"), TimeSpan.FromSeconds(60), Stop);
        await _bench.Desk.IdleAsync();
        Assert.Equal(id, Assert.Single(await first).Id);
        Assert.False(alike.IsCompleted);
    }

    [Fact]
    public async Task without_a_wait_always_asks_the_database()
    {
        var first = _bench.Desk.ClaimAsync(Wish("first", "a"), TimeSpan.FromSeconds(60), Stop);
        await _bench.WaitingAsync(1);
        var id = await InsertUnheardAsync("a");

        Assert.Empty(await _bench.Desk.ClaimAsync(Wish("second", "a"), TimeSpan.Zero, Stop));

        Assert.Equal(id, Assert.Single(await first).Id);
    }

    [Fact]
    public async Task gets_the_slot_that_a_finished_job_leaves()
    {
        await _bench.Service.SendAsync(HttpMethod.Put, "/types/a", """{"max_running":1}""", Service.AdminKey);
        var (first, second) = (await _bench.SubmitAsync("a"), await _bench.SubmitAsync("a"));
        await _bench.TakeAsync("a");
        var claim = _bench.ClaimAsync("a", Wait);
        await _bench.WaitingAsync(1);
        Assert.Equal("concurrency_limited", (await _bench.JobAsync(second)).GetProperty("pending_reason").GetString());

        await _bench.TellAsync(first, "complete", "{}", 1);

        Assert.Contains(second, (await claim).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task gets_what_waited_for_a_paused_type_when_that_is_resumed()
    {
        await _bench.Service.PostAsync("/types/a/pause", null);
        var id = await _bench.SubmitAsync("a");
        var claim = _bench.ClaimAsync("a", Wait);
        await _bench.WaitingAsync(1);

        Assert.Equal("paused", (await _bench.JobAsync(id)).GetProperty("pending_reason").GetString());
        await _bench.Service.PostAsync("/types/a/resume", null);

        Assert.Contains(id, (await claim).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task of_a_revoked_key_ends_within_moments()
    {
        var made = await _bench.Service.PostAsync("/keys", """{"name":"n","role":"worker"}""");
        var claim = _bench.ClaimAsync("a", Wait, made.Text("key"));
        await _bench.WaitingAsync(1);
        await _bench.Service.DeleteAsync($"/keys/{made.Text("id")}");

        await _bench.AdvanceAsync(2);

        (await claim).MustRefuse(401, "unauthorized");
    }

    [Fact]
    public async Task ends_when_the_process_stops_and_none_begins_any_more()
    {
        var claim = _bench.ClaimAsync("a", Wait);
        await _bench.WaitingAsync(1);
        _ = _bench.Desk.ClaimAsync(Wish("w", "b"), TimeSpan.FromSeconds(60), Stop);

        _bench.Service.Get<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(204, (await claim).Status);
        Assert.Equal(0, _bench.Desk.Waiting);
        Assert.Empty(await _bench.Desk.ClaimAsync(Wish("w", "a"), TimeSpan.FromSeconds(60), Stop));
    }

    [Fact]
    public async Task whose_caller_went_away_takes_no_job_along()
    {
        using var gone = new CancellationTokenSource();
        var claim = PostAsync(gone.Token);
        await _bench.WaitingAsync(1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claim);
        while (_bench.Desk.Waiting > 0)
            await Task.Yield();

        await _bench.SubmitAsync("a");

        Assert.Equal(1, (await _bench.TakeAsync("a")).GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task whose_caller_goes_away_in_the_middle_of_a_turn_still_hears_what_was_claimed_for_it()
    {
        var id = await _bench.SubmitAsync("a");
        using var gone = new CancellationTokenSource();
        var claim = new WaitingClaim(Wish("w", "a").Wish) { IsInTurn = true };
        var waiting = _bench.Desk.ClaimAsync(claim, TimeSpan.FromSeconds(60), gone.Token);
        await gone.CancelAsync();

        var jobs = await waiting;
        await _bench.Service.Get<WorkerDoor>().ReleaseAsync(jobs);

        var again = await _bench.TakeAsync("a");
        Assert.Equal((id, 1), (again.GetProperty("id").GetString(), again.GetProperty("attempt").GetInt32()));
    }

    private const string Wait = ",\"wait_seconds\":60";

    private static WaitingClaim Wish(string worker, params string[] types) => new(new ClaimWish(TenantStore.DefaultId, types, 1, worker, TimeSpan.FromMinutes(1)));

    /// <summary>Time passes, and the turn that it brings ends.</summary>
    private async Task PassAsync(double seconds)
    {
        _bench.Service.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await _bench.Desk.IdleAsync();
    }

    /// <summary>As another process would whose announcement got lost.</summary>
    private async Task<Id<Job>> InsertUnheardAsync(string type)
    {
        var now = _bench.Service.Clock.GetUtcNow();
        var job = new Job
        {
            Id = Id<Job>.New(now), TenantId = TenantStore.DefaultId, Type = type, Priority = 5, MaxAttempts = 3, DueAt = now, CreatedAt = now,
            TimeoutSeconds = 600, TtlSeconds = 3600, Input = "null"u8.ToArray(), Version = 1,
        };
        await _bench.Service.Get<Database>().WriteAsync(
            session =>
            {
                session.Write(JobStatements.Insert, [job]);
                return Task.FromResult(true);
            },
            Stop);
        return job.Id;
    }

    private async Task PostAsync(CancellationToken gone)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/worker/claims")
        {
            Content = new StringContent($$"""{"types":["a"]{{Wait}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _bench.Key);
        using var response = await _bench.Service.Client.SendAsync(request, gone);
    }
}
