using Storage.Jobs;

namespace Storage.Tests.Jobs;

public sealed class Waits_between_attempts
{
    private readonly RetryWaits _waits = new(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(4, 40)]
    [InlineData(10, 2560)]
    [InlineData(11, 3600)]
    [InlineData(int.MaxValue, 3600)]
    public void Double_up_to_the_longest_and_vary_by_a_tenth(int attempt, int seconds)
    {
        var waits = Enumerable.Range(0, 1000).Select(_ => _waits.After(Failed(attempt)).TotalSeconds / seconds).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, 1, 1.1));
        Assert.True(waits.Max() - waits.Min() > 0.05);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 6)]
    [InlineData(3, 18)]
    [InlineData(4, 30)]
    [InlineData(int.MaxValue, 30)]
    public void Are_the_jobs_own_where_it_brings_some(int attempt, int seconds) =>
        Assert.InRange(_waits.After(Failed(attempt, own: (2, 3, 30))).TotalSeconds, seconds, seconds * 1.1);

    [Fact]
    public void May_be_none_at_all() => Assert.Equal(TimeSpan.Zero, _waits.After(Failed(int.MaxValue, own: (0, 10, 30))));

    [Fact]
    public void Leave_lost_attempts_out() => Assert.InRange(_waits.After(Failed(4, lost: 3)).TotalSeconds, 5, 5.5);

    private static Job Failed(int attempt, int lost = 0, (double Base, double Factor, double Max)? own = null) => new()
    {
        Id = default, TenantId = default, Type = "a", Priority = 5, MaxAttempts = 3, CreatedAt = default, TimeoutSeconds = 1, TtlSeconds = 1, Input = [],
        Attempt = attempt, LostLeases = lost, BackoffBase = own?.Base, BackoffFactor = own?.Factor, BackoffMax = own?.Max,
    };
}
