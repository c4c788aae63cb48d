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
        var waits = Enumerable.Range(0, 1000).Select(_ => _waits.After(attempt).TotalSeconds / seconds).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, 1, 1.1));
        Assert.True(waits.Max() - waits.Min() > 0.05);
    }
}
