namespace Storage.Chores;

/// <summary>What came of one page: how many rows were looked at, how many of them went, and where the next page begins.</summary>
internal sealed record Page<TPlace>(int Seen, int Removed, TPlace Last);

/// <summary>
/// The way of a chore through an index of rows that may go, most of which do, while some have to stay for a time. Each call looks at all that
/// came since the last one; then it goes on through what had to stay, but only so far. So a million rows that stay cost each call the same, and
/// what may go doesn't wait for them.
/// </summary>
internal sealed class Walk<TPlace>
    where TPlace : struct
{
    /// <summary>How many rows that stay a call looks at once more.</summary>
    public const int MostKept = 20_000;

    private TPlace _place;

    /// <summary>Answers how many rows went. <paramref name="look"/> looks at a page behind a place.</summary>
    public async Task<int> RunAsync(TPlace since, int pageSize, Func<TPlace, Task<Page<TPlace>>> look)
    {
        var (fresh, _) = await GoAsync(since, int.MaxValue, pageSize, look);
        (var old, _place) = await GoAsync(_place, MostKept, pageSize, look);
        return fresh + old;
    }

    /// <summary>Stops at the end, and then the next call begins at the beginning; or where so many had to stay, and then it goes on there.</summary>
    private static async Task<(int Removed, TPlace Next)> GoAsync(TPlace place, int mostKept, int pageSize, Func<TPlace, Task<Page<TPlace>>> look)
    {
        var (removed, kept) = (0, 0);
        while (kept < mostKept)
        {
            var page = await look(place);
            removed += page.Removed;
            kept += page.Seen - page.Removed;
            if (page.Seen < pageSize)
                return (removed, default);
            place = page.Last;
        }
        return (removed, place);
    }
}
