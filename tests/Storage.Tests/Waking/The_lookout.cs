using Microsoft.Extensions.DependencyInjection;
using Storage.Jobs;
using Storage.Tests.Databases;
using Storage.Waking;

namespace Storage.Tests.Waking;

public sealed class The_lookout
{
    [Fact]
    public async Task Looks_often_after_news_and_at_least_four_times_a_second_where_it_hears_nothing()
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        await using var deaf = storage.Neighbour(On.PostgreSql, services => services.AddSingleton<Announcer, Announcer.Mute>());
        var job = await storage.SubmitAsync();
        using var watch = deaf.Watch(job);
        var lookout = deaf.Get<Lookout>();

        var pauses = new List<double>();
        for (var i = 0; i < 6; i++)
            pauses.Add((await lookout.RunOnceAsync(deaf.Stop)).TotalMilliseconds);

        Assert.Equal([25, 50, 100, 200, 250, 250], pauses);
        await storage.ClaimAsync();
        Assert.Equal(25, (await lookout.RunOnceAsync(deaf.Stop)).TotalMilliseconds);
    }

    [Theory, EveryDatabase]
    public async Task Finds_what_no_announcement_told(On database)
    {
        await using var storage = await (await TestStorage.OnAsync(database)).StartLoopsAsync();
        await using var silent = storage.Neighbour(database, services => services.AddSingleton<Announcer, Announcer.Alone>());
        var job = await storage.SubmitAsync();
        using var watch = storage.Watch(job);
        await silent.ClaimAsync();

        var found = watch.UntilAsync(2);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!found.IsCompleted && await pause.WaitForNextTickAsync(storage.Stop))
            storage.Clock.Advance(TimeSpan.FromSeconds(1));
        await found;
    }

    [Fact]
    public async Task Looks_at_more_jobs_than_one_statement_takes()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        await using var silent = storage.Neighbour(On.Sqlite);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 1100).Select(_ => storage.SubmitAsync()));
        var watches = jobs.Select(storage.Watch).ToList();
        await silent.ClaimAsync(max: 1100);

        await storage.Get<Lookout>().RunOnceAsync(storage.Stop);

        Assert.All(watches, watch => Assert.Equal(2, watch.Version));
    }

    [Fact]
    public async Task Rests_while_nobody_watches()
    {
        var watches = new JobWatches();
        var somebody = watches.SomebodyAsync(TestContext.Current.CancellationToken);
        Assert.False(somebody.IsCompleted);

        var watch = watches.Watch(Id<Job>.New(TestStorage.Start));
        await somebody;
        watch.Dispose();

        Assert.False(watches.SomebodyAsync(TestContext.Current.CancellationToken).IsCompleted);
    }
}
