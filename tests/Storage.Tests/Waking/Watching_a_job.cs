using Storage.Jobs;
using Storage.Tests.Databases;
using Storage.Waking;

namespace Storage.Tests.Waking;

public sealed class Watching_a_job
{
    [Theory, EveryDatabase]
    public async Task Tells_of_each_event_with_the_bytes_that_are_stored(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await storage.SubmitAsync();
        using var watch = storage.Watch(job);
        await storage.ClaimAsync();
        await storage.SucceedAsync(job.Id);

        await watch.WaitAsync();

        var heard = watch.Read(1)!;
        var stored = await storage.Jobs.EventsAsync(job.Id, 1, 10, storage.Stop);
        Assert.Equal((3, true), (watch.Version, watch.Ended));
        Assert.Equal(stored.Select(e => (e.Seq, e.Type)), heard.Select(e => (e.Seq, e.Type)));
        Assert.Equal(stored.Select(e => Convert.ToHexString(e.Body)), heard.Select(e => Convert.ToHexString(e.Body)));
    }

    [Fact]
    public async Task Leaves_what_came_before_to_the_database()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        var job = await storage.SubmitAsync();
        using var watch = storage.Watch(job);
        await storage.ClaimAsync();

        Assert.Null(watch.Read(0));
        Assert.Equal([2], Heard(watch, after: 1));
        Assert.Empty(Heard(watch, after: 2));
    }

    [Fact]
    public async Task Concerns_that_job_alone_and_ends_when_nobody_is_left()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        var job = await storage.SubmitAsync();
        await storage.SubmitAsync(storage.NewJob("other"));
        var watches = storage.Get<JobWatches>();
        var watch = storage.Watch(job);
        var second = storage.Watch(job);
        await storage.ClaimAsync(type: "other");

        Assert.Equal((0, 1), (watch.Version, watches.Count));
        watch.Dispose();
        Assert.Equal(1, watches.Count);
        second.Dispose();
        second.Dispose();
        Assert.Equal(0, watches.Count);
    }

    [Fact]
    public void Has_no_gap_where_two_commits_are_told_in_the_wrong_order()
    {
        var (watches, id) = (new JobWatches(), Id<Job>.New(TestStorage.Start));
        using var watch = watches.Watch(id);
        watches.Publish([Event(id, 2)]);
        watches.Publish([Event(id, 4)]);
        watches.Publish([Event(id, 3)]);

        Assert.Null(watch.Read(2));
        Assert.Equal([4], Heard(watch, after: 3));
        watches.Publish([Event(id, 5)]);
        Assert.Equal([4, 5], Heard(watch, after: 3));
    }

    [Fact]
    public void Keeps_the_newest_events_only_and_those_not_for_long()
    {
        var (watches, id) = (new JobWatches(), Id<Job>.New(TestStorage.Start));
        using var watch = watches.Watch(id);
        for (var seq = 1; seq <= 100; seq++)
            watches.Publish([Event(id, seq)]);

        Assert.Null(watch.Read(35));
        Assert.Equal(Enumerable.Range(37, 64), Heard(watch, after: 36));
        watches.ForgetEvents();
        Assert.Equal([100], Heard(watch, after: 99));
        watches.ForgetEvents();
        Assert.Null(watch.Read(99));
        Assert.Empty(Heard(watch, after: 100));
    }

    [Fact]
    public void Keeps_no_more_than_a_quarter_of_a_mebibyte_beyond_one_event()
    {
        var (watches, id) = (new JobWatches(), Id<Job>.New(TestStorage.Start));
        using var watch = watches.Watch(id);
        for (var seq = 1; seq <= 3; seq++)
            watches.Publish([Event(id, seq, new byte[200 * 1024])]);

        Assert.Null(watch.Read(1));
        Assert.Equal([3], Heard(watch, after: 2));
    }

    private static IEnumerable<int> Heard(JobWatch watch, int after) => watch.Read(after)!.Select(e => e.Seq);

    private static JobEvent Event(Id<Job> id, int seq, byte[]? body = null) =>
        new() { JobId = id, Seq = seq, Type = JobEventType.Output, Body = body ?? [1], CreatedAt = TestStorage.Start };
}
