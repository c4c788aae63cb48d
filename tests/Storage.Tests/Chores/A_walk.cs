using Storage.Chores;

namespace Storage.Tests.Chores;

public sealed class A_walk
{
    private readonly Walk<int> _walk = new();
    private readonly List<int> _looked = [];

    [Fact]
    public async Task Sees_all_that_came_since_and_of_the_rest_a_bounded_part_a_different_one_each_time()
    {
        const int Staying = Walk<int>.MostKept * 5 / 2;
        const int Size = 1000;

        foreach (var first in new[] { 1, Walk<int>.MostKept + 1, 2 * Walk<int>.MostKept + 1, 1 })
        {
            _looked.Clear();
            Assert.Equal(0, await _walk.RunAsync(Staying - 1, Size, after => LookAsync(after, Staying, Size, stays: true)));
            Assert.Equal(Staying, _looked[0]);
            Assert.Equal(first, _looked[1]);
            Assert.InRange(_looked.Count, 2, Walk<int>.MostKept + 1);
        }
    }

    [Fact]
    public async Task Is_not_bounded_by_what_goes()
    {
        const int Going = Walk<int>.MostKept * 3;

        Assert.Equal(Going, await _walk.RunAsync(Going, 1000, after => LookAsync(after, Going, 1000, stays: false)));
    }

    /// <summary>Rows are the numbers up to the last one.</summary>
    private Task<Page<int>> LookAsync(int after, int last, int size, bool stays)
    {
        var page = Enumerable.Range(after + 1, Math.Max(0, Math.Min(size, last - after))).ToList();
        _looked.AddRange(page);
        return Task.FromResult(new Page<int>(page.Count, stays ? 0 : page.Count, page.Count == 0 ? after : page[^1]));
    }
}
