using Microsoft.Extensions.Time.Testing;

namespace WebhookVerifier.AspNetCore.Tests.Deduplication;

/// <summary>What every store owes, on a clock that the test moves.</summary>
public abstract class DeduplicationSuite
{
    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IDeduplication Store { get; }

    [Fact]
    public async Task gives_an_event_to_one_caller_until_it_is_done()
    {
        var claim = await Begin("evt_a", ClaimState.New);
        await Begin("evt_a", ClaimState.InProgress);

        Assert.True(await Store.CompleteAsync(claim, Stop));
        Assert.True(await Store.CompleteAsync(claim, Stop));
        await Begin("evt_a", ClaimState.Done);
    }

    [Fact]
    public async Task knows_ids_apart_that_differ_by_case()
    {
        await Store.CompleteAsync(await Begin("evt_a", ClaimState.New), Stop);

        await Begin("evt_A", ClaimState.New);
    }

    [Fact]
    public async Task gives_an_abandoned_event_to_the_next_caller()
    {
        await Store.AbandonAsync(await Begin("evt_a", ClaimState.New), Stop);

        await Begin("evt_a", ClaimState.New);
    }

    [Fact]
    public async Task keeps_a_done_event_for_seven_days()
    {
        await Store.CompleteAsync(await Begin("evt_a", ClaimState.New), Stop);

        Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await Begin("evt_a", ClaimState.Done);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Begin("evt_a", ClaimState.New);
    }

    [Fact]
    public async Task lets_an_unfinished_claim_lapse_after_sixty_seconds()
    {
        await Begin("evt_a", ClaimState.New);

        Clock.Advance(TimeSpan.FromSeconds(59));
        await Begin("evt_a", ClaimState.InProgress);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Begin("evt_a", ClaimState.New);
    }

    [Fact]
    public async Task does_not_let_a_late_finisher_touch_a_claim_that_another_took_over()
    {
        var late = await Begin("evt_a", ClaimState.New);
        Clock.Advance(TimeSpan.FromSeconds(60));
        var current = await Begin("evt_a", ClaimState.New);

        Assert.False(await Store.CompleteAsync(late, Stop));
        await Store.AbandonAsync(late, Stop);
        await Begin("evt_a", ClaimState.InProgress);

        Assert.True(await Store.CompleteAsync(current, Stop));
        await Store.AbandonAsync(current, Stop);
        await Begin("evt_a", ClaimState.Done);
    }

    [Fact]
    public async Task lets_a_late_finisher_complete_what_nobody_took_over()
    {
        var late = await Begin("evt_a", ClaimState.New);
        Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.True(await Store.CompleteAsync(late, Stop));
        await Begin("evt_a", ClaimState.Done);
    }

    [Fact]
    public async Task takes_the_longest_id() => await Begin(new string('m', 256), ClaimState.New);

    protected async Task<WebhookClaim> Begin(string id, ClaimState expected)
    {
        var claim = await Store.BeginAsync(id, Stop);
        Assert.Equal(expected, claim.State);
        Assert.Equal(id, claim.Id);
        return claim;
    }
}
