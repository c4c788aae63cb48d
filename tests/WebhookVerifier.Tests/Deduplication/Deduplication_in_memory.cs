using Microsoft.Extensions.Time.Testing;

namespace WebhookVerifier.Tests.Deduplication;

public class Deduplication_in_memory
{
    private readonly MemoryDeduplication store;
    private TimeSpan now;

    public Deduplication_in_memory() => store = new MemoryDeduplication(new MemoryDeduplicationOptions { Capacity = 3 }, () => now);

    [Fact]
    public async Task gives_an_event_to_one_caller_until_it_is_done()
    {
        var claim = await Begin("a", ClaimState.New);
        await Begin("a", ClaimState.InProgress);

        Assert.True(await Complete(claim));
        Assert.True(await Complete(claim));
        await Begin("a", ClaimState.Done);
        await Begin("A", ClaimState.New);
    }

    [Fact]
    public async Task gives_an_abandoned_event_to_the_next_caller()
    {
        await Abandon(await Begin("a", ClaimState.New));

        await Begin("a", ClaimState.New);
    }

    [Fact]
    public async Task keeps_a_done_event_for_seven_days()
    {
        await Complete(await Begin("a", ClaimState.New));

        now += TimeSpan.FromDays(7) - TimeSpan.FromTicks(1);
        await Begin("a", ClaimState.Done);
        now += TimeSpan.FromTicks(1);
        await Begin("a", ClaimState.New);
    }

    [Fact]
    public async Task lets_an_unfinished_claim_lapse_after_sixty_seconds()
    {
        await Begin("a", ClaimState.New);

        now += TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1);
        await Begin("a", ClaimState.InProgress);
        now += TimeSpan.FromTicks(1);
        await Begin("a", ClaimState.New);
    }

    [Fact]
    public async Task does_not_let_a_late_finisher_touch_a_claim_that_another_took_over()
    {
        var late = await Begin("a", ClaimState.New);
        now += TimeSpan.FromSeconds(60);
        var current = await Begin("a", ClaimState.New);

        Assert.False(await Complete(late));
        await Abandon(late);
        await Begin("a", ClaimState.InProgress);

        Assert.True(await Complete(current));
        await Abandon(current);
        await Begin("a", ClaimState.Done);
    }

    [Fact]
    public async Task lets_a_late_finisher_complete_what_nobody_took_over()
    {
        var late = await Begin("a", ClaimState.New);
        now += TimeSpan.FromSeconds(61);

        Assert.True(await Complete(late));
        await Begin("a", ClaimState.Done);
    }

    [Fact]
    public async Task forgets_the_event_completed_longest_ago_when_it_is_full()
    {
        var first = await Begin("begun first, completed last", ClaimState.New);
        await Complete(await Begin("b", ClaimState.New));
        await Complete(await Begin("c", ClaimState.New));
        await Complete(first);

        await Begin("d", ClaimState.New);

        await Begin("c", ClaimState.Done);
        await Begin(first.Id, ClaimState.Done);
        await Begin("b", ClaimState.New);
    }

    [Fact]
    public async Task forgets_a_lapsed_claim_before_anything_completed()
    {
        await Complete(await Begin("done", ClaimState.New));
        await Begin("lapsed", ClaimState.New);
        now += TimeSpan.FromSeconds(60);
        await Begin("x", ClaimState.New);

        await Begin("y", ClaimState.New);

        await Begin("done", ClaimState.Done);
    }

    [Fact]
    public async Task sends_strangers_away_for_a_while_when_it_is_full_of_live_claims()
    {
        foreach (var id in new[] { "a", "b", "c" }) await Begin(id, ClaimState.New);

        await Begin("d", ClaimState.InProgress);
        now += TimeSpan.FromSeconds(60);
        await Begin("d", ClaimState.New);
    }

    [Fact]
    public async Task knows_nothing_of_an_empty_claim()
    {
        Assert.False(await Complete(default));
        await Abandon(default);
        Assert.NotEqual(ClaimState.New, default(WebhookClaim).State);
    }

    [Fact]
    public async Task follows_a_time_provider()
    {
        var clock = new FakeTimeProvider();
        var timed = new MemoryDeduplication(new MemoryDeduplicationOptions(), clock);
        await timed.BeginAsync("a", Stop);

        clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(ClaimState.New, (await timed.BeginAsync("a", Stop)).State);
    }

    [Fact]
    public async Task gives_each_event_to_exactly_one_of_sixteen_threads()
    {
        int inside = 0, together = 0;
        var shared = new MemoryDeduplication(new MemoryDeduplicationOptions(), () =>
        {
            // The store reads its clock where it must be alone.
            if (Interlocked.Increment(ref inside) > 1) Interlocked.Increment(ref together);
            Thread.Yield();
            Interlocked.Decrement(ref inside);
            return TimeSpan.Zero;
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Factory.StartNew(
            () => Enumerable.Range(0, 1000).Count(n => shared.BeginAsync($"evt_{n}", Stop).Result.State == ClaimState.New),
            Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(0, together);
        Assert.Equal(1000, answers.Sum());
    }

    [Fact]
    public void has_options_within_their_ranges()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryDeduplicationOptions { Capacity = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryDeduplicationOptions { Lease = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryDeduplicationOptions { Retention = TimeSpan.FromSeconds(59) });
        Assert.Equal(100_000, new MemoryDeduplicationOptions().Capacity);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<bool> Complete(WebhookClaim claim) => store.CompleteAsync(claim, Stop);

    private Task Abandon(WebhookClaim claim) => store.AbandonAsync(claim, Stop);

    private async Task<WebhookClaim> Begin(string id, ClaimState expected)
    {
        var claim = await store.BeginAsync(id, Stop);
        Assert.Equal(expected, claim.State);
        return claim;
    }
}
