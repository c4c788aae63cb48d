namespace Faults.Tests;

public sealed class A_pause
{
    [Theory, InlineData(-1), InlineData(0), InlineData(1), InlineData(9_999), InlineData(10_000)]
    public async Task may_be_as_short_as_a_plan_draws_it(long ticks) => await Pause.ForAsync(new TimeSpan(ticks), TestContext.Current.CancellationToken);
}
