using DeliveryEngine.Outcomes;
using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;

namespace DeliveryEngine.Tests.Outcomes;

public sealed class The_schedule
{
    private static readonly TimeSpan[] Default =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    [Theory, EveryDatabase]
    public async Task Has_eleven_attempts_over_75_h_35_min_35_s_and_a_tenth_more_at_the_most(On database)
    {
        await using var scene = await Scene.OnAsync(database);

        var waits = await FailToTheEndAsync(scene);

        Assert.Equal(Default.Length, waits.Count);
        Assert.All(waits.Zip(Default), w => Assert.InRange(w.First, w.Second, w.Second * 1.1));
        Assert.Equal(new TimeSpan(75, 35, 35), Default.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
        Assert.Equal(new TimeSpan(75, 35, 35), new Schedule(null).WholeTime);
    }

    [Theory, EveryDatabase]
    public async Task Can_be_configured(On database)
    {
        await using var scene = await Scene.OnAsync(
            database, "Deliveries:Schedule:0=00:00:00", "Deliveries:Schedule:1=00:00:02", "Deliveries:Schedule:2=01:00:00");

        var waits = await FailToTheEndAsync(scene);

        Assert.Equal(2, waits.Count);
        Assert.InRange(waits[0], TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.2));
        Assert.InRange(waits[1], TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
    }

    [Theory, EveryDatabase]
    public async Task Can_be_a_callback_s_own(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(500);
        var job = await scene.OweAsync(receiver, deliveries: 1, schedule: "2,7,3600");
        Assert.Equal(Scene.Start.AddSeconds(2), (await scene.DeliveryAsync(job)).DueAt);

        scene.Clock.Advance(TimeSpan.FromSeconds(2));
        await scene.Node.WorkAsync();
        var first = await scene.DeliveryAsync(job);
        Assert.InRange(first.DueAt - scene.Now, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7.7));
        scene.Clock.Advance(TimeSpan.FromSeconds(8));
        await scene.Node.WorkAsync();
        var second = await scene.DeliveryAsync(job);
        Assert.InRange(second.DueAt - scene.Now, TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
        scene.Clock.Advance(TimeSpan.FromHours(2));
        await scene.Node.WorkAsync();

        Assert.Equal((DeliveryStatus.Parked, "retries_exhausted"), (await scene.DeliveryAsync(job)).State());
        Assert.Equal(3, receiver.Requests.Count);
    }

    [Fact]
    public void Spreads_its_waits()
    {
        var schedule = new Schedule(null);
        var waits = Enumerable.Range(0, 200).Select(_ => schedule.WaitAfter(1)!.Value).ToList();
        Assert.All(waits, w => Assert.InRange(w, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.5)));
        Assert.True(waits.Max() - waits.Min() > TimeSpan.FromSeconds(0.3));
    }

    [Theory, EveryDatabase(200, 410, 500)]
    public async Task Is_over_when_the_delivery_is(On database, int status)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:Schedule:0=00:00:00");
        var receiver = scene.Listen();
        receiver.Answers(status);
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();

        scene.Clock.Advance(TimeSpan.FromDays(8));
        await scene.Node.WorkAsync();

        Assert.Single(receiver.Requests);
        Assert.NotEqual(DeliveryStatus.Pending, (await scene.DeliveryAsync()).Status);
    }

    [Theory, EveryDatabase]
    public async Task Never_begins_for_what_was_canceled(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        var job = await scene.FinishJobAsync(receiver);
        await scene.DeleteCallbackAsync(job);

        await scene.Node.WorkAsync();

        Assert.Empty(receiver.Requests);
        Assert.Equal((DeliveryStatus.Canceled, "callback_deleted"), (await scene.DeliveryAsync()).State());
    }

    /// <summary>Fails each attempt when it is due, sees that none comes a millisecond earlier, and answers the waits.</summary>
    private static async Task<List<TimeSpan>> FailToTheEndAsync(Scene scene)
    {
        var (receiver, waits) = (scene.Listen(), new List<TimeSpan>());
        receiver.Answers(500);
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        while (await scene.DeliveryAsync() is { Status: DeliveryStatus.Pending } delivery)
        {
            var wait = delivery.DueAt - scene.Now;
            scene.Clock.Advance(wait - TimeSpan.FromMilliseconds(1));
            await scene.Node.WorkAsync();
            Assert.Equal(waits.Count + 1, receiver.Requests.Count);
            waits.Add(wait);
            scene.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await scene.Node.WorkAsync();
            Assert.Equal(waits.Count + 1, receiver.Requests.Count);
        }
        Assert.Equal((DeliveryStatus.Parked, "retries_exhausted"), (await scene.DeliveryAsync()).State());
        return waits;
    }
}
