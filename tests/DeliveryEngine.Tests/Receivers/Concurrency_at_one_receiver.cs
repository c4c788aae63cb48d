using DeliveryEngine.Receivers;

namespace DeliveryEngine.Tests.Receivers;

public sealed class Concurrency_at_one_receiver
{
    [Theory]
    [InlineData(64, 8)]
    [InlineData(3, 3)]
    [InlineData(1, 1)]
    public void Starts_at_eight_or_less(int most, int start) => Assert.Equal(start, new Concurrency(most).Limit);

    [Fact]
    public void Grows_by_one_with_each_good_answer_up_to_its_most()
    {
        var concurrency = new Concurrency(64);
        Assert.Equal([9, 10, 11], Enumerable.Range(0, 3).Select(_ => Grow(concurrency)));
        for (var i = 0; i < 100; i++)
            concurrency.Grow();
        Assert.Equal(64, concurrency.Limit);
    }

    [Fact]
    public void Halves_down_to_one_and_says_when_that_was_too_many()
    {
        var concurrency = new Concurrency(64);
        Assert.Equal(
            [(true, 4), (true, 2), (true, 1), (false, 1), (false, 1)],
            Enumerable.Range(0, 5).Select(_ => (concurrency.Shrink(), concurrency.Limit)));
    }

    [Fact]
    public void Grows_by_one_per_round_once_it_was_too_many()
    {
        var concurrency = new Concurrency(64);
        concurrency.Shrink(); // 4
        Assert.Equal([4, 4, 4, 4, 5], Enumerable.Range(0, 5).Select(_ => Grow(concurrency)));
    }

    [Theory]
    [InlineData(40, 64, 40)]
    [InlineData(40, 16, 16)]
    [InlineData(3, 64, 3)]
    public void Goes_on_from_what_was_learned(int learned, int most, int limit) => Assert.Equal(limit, new Concurrency(most, learned).Limit);

    [Fact]
    public void Remembers_what_was_learned_under_a_smaller_most()
    {
        var concurrency = new Concurrency(64, learned: 40) { Most = 4 };
        concurrency.Grow();
        Assert.Equal((4, 40), (concurrency.Limit, concurrency.Learned));
        concurrency.Shrink();
        Assert.Equal((2, 2), (concurrency.Limit, concurrency.Learned));
    }

    private static int Grow(Concurrency concurrency)
    {
        concurrency.Grow();
        return concurrency.Limit;
    }
}
