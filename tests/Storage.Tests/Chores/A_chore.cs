using Storage.Tests.Databases;

namespace Storage.Tests.Chores;

public sealed class A_chore
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory, EveryDatabase]
    public async Task Is_run_by_one_of_eight_per_tick(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        for (var tick = 0; tick < 3; tick++)
        {
            Assert.Equal(1, await TakersAsync(8));
            storage.Clock.Advance(Minute * 0.9 - TimeSpan.FromMilliseconds(1));
            Assert.Equal(0, await TakersAsync(1));
            storage.Clock.Advance(TimeSpan.FromMilliseconds(1)); // a beat that comes early is not lost
        }

        async Task<int> TakersAsync(int callers) =>
            (await Story.TogetherAsync(callers, () => storage.Chores.TakeAsync("retention", Minute, storage.Stop))).Count(taken => taken is not null);
    }

    [Fact]
    public async Task Is_run_by_one_process_per_tick()
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        await using var second = storage.Neighbour(On.PostgreSql);
        await using var third = storage.Neighbour(On.PostgreSql);
        for (var tick = 0; tick < 5; tick++)
        {
            var taken = await Task.WhenAll(
                from process in new[] { storage, second, third }
                from attempt in Enumerable.Range(0, 3)
                select Task.Run(() => process.Chores.TakeAsync("retention", Minute, storage.Stop), storage.Stop));
            Assert.Single(taken, due => due is not null);
            storage.Clock.Advance(Minute);
            second.Clock.Advance(Minute);
            third.Clock.Advance(Minute);
        }
    }

    [Theory, EveryDatabase]
    public async Task Does_not_keep_another_from_its_tick(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);

        Assert.NotNull(await storage.Chores.TakeAsync("retention", Minute, storage.Stop));
        Assert.NotNull(await storage.Chores.TakeAsync("sweep", Minute, storage.Stop));
        Assert.Null(await storage.Chores.TakeAsync("retention", Minute, storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Tells_when_its_tick_was_due_however_long_nobody_ran(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var first = storage.Clock.GetUtcNow();
        Assert.Equal(first, await storage.Chores.TakeAsync("sweep", Minute, storage.Stop));

        storage.Clock.Advance(TimeSpan.FromHours(5));

        Assert.Equal(first + Minute, await storage.Chores.TakeAsync("sweep", Minute, storage.Stop));
    }
}
