using DeliveryEngine.Outcomes;
using DeliveryEngine.Receivers;
using DeliveryEngine.Tests.Stage;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Receivers;

public sealed class The_breaker
{
    private static readonly DateTimeOffset Now = Scene.Start;
    private static readonly Id<Callback> One = Id<Callback>.New(Now);
    private static readonly Id<Callback> Other = Id<Callback>.New(Now);
    private static readonly BreakerState Fresh = new(new(0, 0, null, null, null), DateTimeOffset.UnixEpoch);

    private readonly Breaker _breaker = new(opensAfter: 3, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(15));

    [Fact]
    public void Opens_after_so_many_failures_without_a_good_answer_between()
    {
        var state = After(Fresh, Verdict.Fails, Verdict.Fails, Verdict.Works, Verdict.Fails, Verdict.Fails);
        Assert.Equal((2, 0, DateTimeOffset.UnixEpoch), (state.Health.Failures, state.Health.Openings, state.HeldUntil));

        state = After(state, Verdict.Fails);

        Assert.Equal((3, 1), (state.Health.Failures, state.Health.Openings));
        Assert.True(state.IsOpen(Now) && !state.IsHalfOpen(Now));
        Assert.InRange(state.HeldUntil - Now, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(33));
        Assert.Equal(Now, state.Health.FailingSince);
    }

    [Fact]
    public void Stays_open_twice_as_long_each_time_up_to_its_longest() => Assert.Equal(
        [30, 60, 120, 240, 480, 900, 900], Enumerable.Range(1, 7).Select(opening => _breaker.WaitOf(opening).TotalSeconds));

    [Fact]
    public void Opens_again_when_its_probe_fails_and_closes_when_it_does_not()
    {
        var open = After(Fresh, Verdict.Fails, Verdict.Fails, Verdict.Fails);
        var later = open.HeldUntil;
        Assert.True(open.IsHalfOpen(later));

        var again = _breaker.After(open, Verdict.Fails, One, later);
        Assert.Equal(2, again.Health.Openings);
        Assert.InRange(again.HeldUntil - later, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(66));
        Assert.Equal(Now, again.Health.FailingSince);

        var closed = _breaker.After(open, Verdict.Works, One, later);
        Assert.Equal((0, 0, (DateTimeOffset?)null), (closed.Health.Failures, closed.Health.Openings, closed.Health.FailingSince));
        Assert.False(closed.IsOpen(later) || closed.IsHalfOpen(later));
    }

    [Fact]
    public void Takes_no_notice_of_failures_from_before_it_opened()
    {
        var open = After(Fresh, Verdict.Fails, Verdict.Fails, Verdict.Fails);
        var more = After(open, Verdict.Fails, Verdict.Fails);
        Assert.Equal((open.HeldUntil, 1), (more.HeldUntil, more.Health.Openings));
    }

    [Fact]
    public void Closes_at_once_when_a_POST_from_before_succeeds()
    {
        var closed = After(Fresh, Verdict.Fails, Verdict.Fails, Verdict.Fails, Verdict.Works);
        Assert.Equal((0, Now), (closed.Health.Openings, closed.HeldUntil));
    }

    [Fact]
    public void Counts_server_errors_only_when_two_callbacks_see_them()
    {
        var state = Fresh;
        for (var i = 0; i < 20; i++)
            state = _breaker.After(state, Verdict.FailsForOne, One, Now);
        Assert.Equal((0, 0, (DateTimeOffset?)null), (state.Health.Failures, state.Health.Openings, state.Health.FailingSince));

        state = _breaker.After(state, Verdict.FailsForOne, Other, Now);
        Assert.Equal(2, state.Health.Failures);
        state = _breaker.After(state, Verdict.FailsForOne, One, Now);
        Assert.Equal((3, 1), (state.Health.Failures, state.Health.Openings));
    }

    [Fact]
    public void Forgets_failures_that_came_before_a_good_answer_in_another_lane()
    {
        var failed = After(Fresh, Verdict.Fails, Verdict.Fails).Health;
        Assert.Equal(failed, Breaker.After(failed, Now));
        Assert.Equal(Fresh.Health, Breaker.After(failed, Now.AddMilliseconds(1)));

        var open = After(Fresh, Verdict.Fails, Verdict.Fails, Verdict.Fails).Health;
        Assert.Equal(open with { FailingSince = Now.AddHours(1) }, Breaker.After(open, Now.AddHours(1))); // its own probe closes it
    }

    [Fact]
    public void Of_one_lane_says_nothing_to_another_that_had_a_good_answer_since()
    {
        var (news, lane) = (Opened(), Lane(Fresh with { Health = Fresh.Health with { SucceededAt = Now.AddMilliseconds(1) } }));
        Assert.Equal(lane, news.HeardBy(lane, TimeSpan.FromSeconds(20), Now));
        Assert.NotEqual(lane, Opened().HeardBy(Lane(Fresh), TimeSpan.FromSeconds(20), Now));
    }

    [Fact]
    public void Of_one_lane_leaves_the_probe_to_the_lane_that_opened_last()
    {
        var news = Opened();
        var told = news.HeardBy(Lane(Fresh), TimeSpan.FromSeconds(20), Now);
        Assert.Equal(news.Is.HeldUntil.AddSeconds(20), told.HeldUntil);
        Assert.Equal((1, 3), (told.Health.Openings, told.Health.Failures));

        var later = Lane(new(news.Is.Health, news.Is.HeldUntil.AddMilliseconds(1)));
        Assert.Equal(later.HeldUntil, news.HeardBy(later, TimeSpan.FromSeconds(20), Now).HeldUntil);
    }

    private LaneNews Opened() => new(Teller, Lane(Fresh), Lane(After(Fresh, Verdict.Fails, Verdict.Fails, Verdict.Fails)));

    private static LaneState Lane(BreakerState state) => new(default, state.Health, state.HeldUntil, DateTimeOffset.UnixEpoch, null);

    private static LeasedReceiver Teller { get; } = new()
    {
        Id = default, TenantId = default, Origin = "https://receiver.example:443", Lane = 1, Lanes = 4, Fence = 1, NextFence = 1, HeldUntil = Now,
        GoneUntil = Now, Poked = false, IsPaused = false, DisabledAt = null, MaxInFlight = null, RatePerSecond = null, Health = Fresh.Health,
        Concurrency = 8, PacedUntil = Now,
    };

    [Fact]
    public void Has_no_opinion_where_nothing_was_said() => Assert.Equal(Fresh, After(Fresh, Verdict.None, Verdict.None, Verdict.None));

    private BreakerState After(BreakerState state, params Verdict[] verdicts) =>
        verdicts.Aggregate(state, (now, verdict) => _breaker.After(now, verdict, One, Now));
}
