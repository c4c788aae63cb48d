using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tenants;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class Looking_at_deliveries
{
    private static readonly DeliveryFilter All = new(null, null, null, null, null, null, null, null, 100);

    [Theory, EveryDatabase]
    public async Task Finds_by_every_filter_newest_first(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var first = await storage.FinishAsync();
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await storage.FinishAsync("https://other.example/");
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        var third = await storage.SubmitWithCallbackAsync(JobEventType.Enqueued.ToSet());
        var parked = (await storage.ReadQueueAsync())[0];
        await storage.StartAsync(parked);
        await storage.SettleAsync(storage.Parked(parked));

        Assert.Equal([third.Id, second.Id, first.Id], await FindAsync(All));
        Assert.Equal([first.Id], await FindAsync(All with { Status = DeliveryStatus.Parked }));
        Assert.Equal([third.Id, second.Id], await FindAsync(All with { Status = DeliveryStatus.Pending }));
        Assert.Equal([second.Id], await FindAsync(All with { JobId = second.Id }));
        Assert.Equal([second.Id], await FindAsync(All with { ReceiverId = Receiver.IdOf(storage.Tenant, "https://other.example:443") }));
        Assert.Equal([third.Id], await FindAsync(All with { EventType = JobEventType.Enqueued }));
        Assert.Equal([first.Id], await FindAsync(All with { Reason = "retries_exhausted" }));
        Assert.Equal([third.Id], await FindAsync(All with { CreatedAfter = TestStorage.Start.AddSeconds(1) }));
        Assert.Equal([first.Id], await FindAsync(All with { CreatedBefore = TestStorage.Start.AddSeconds(1) }));
        Assert.Equal([third.Id, second.Id], await FindAsync(All with { Limit = 2 }));
        Assert.Empty(await storage.Deliveries.ListAsync(Id<Tenant>.New(TestStorage.Start), All, storage.Stop));

        async Task<IEnumerable<Id<Job>>> FindAsync(DeliveryFilter filter) =>
            (await storage.Deliveries.ListAsync(storage.Tenant, filter, storage.Stop)).Select(d => d.JobId);
    }

    [Theory, EveryDatabase]
    public async Task Pages_do_not_move_while_new_ones_come(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var owed = new List<Id<Job>>();
        for (var i = 0; i < 6; i++)
            owed.Insert(0, (await OweAsync()).Id);

        var seen = new List<Delivery>();
        while (seen.Count <= owed.Count && await NextPageAsync() is { Count: > 0 } page)
        {
            seen.AddRange(page);
            await OweAsync();
        }

        Assert.Equal(owed, seen.Select(d => d.JobId));

        Task<List<Delivery>> NextPageAsync() =>
            storage.Deliveries.ListAsync(storage.Tenant, All with { Before = seen.LastOrDefault()?.Id, Limit = 2 }, storage.Stop);

        Task<Job> OweAsync()
        {
            storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
            return storage.SubmitWithCallbackAsync(JobEventType.Enqueued.ToSet());
        }
    }

    [Theory, EveryDatabase]
    public async Task Lists_attempts_oldest_first(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        for (var i = 0; i < 4; i++)
        {
            var owed = Assert.Single(await storage.ReadQueueAsync());
            await storage.StartAsync(owed);
            await storage.SettleAsync(storage.Parked(owed) with { Status = DeliveryStatus.Pending });
        }
        var id = (await storage.ReadQueueAsync())[0].Id;

        Assert.Equal([1, 2], (await storage.Deliveries.AttemptsAsync(id, 0, 2, storage.Stop)).Select(a => a.Number));
        Assert.Equal([3, 4], (await storage.Deliveries.AttemptsAsync(id, 2, 3, storage.Stop)).Select(a => a.Number));
    }

    [Theory, EveryDatabase]
    public async Task Shows_nothing_to_another_tenant(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var id = (await storage.ReadQueueAsync())[0].Id;

        Assert.NotNull(await storage.Deliveries.FindAsync(storage.Tenant, id, storage.Stop));
        Assert.Null(await storage.Deliveries.FindAsync(Id<Tenant>.New(TestStorage.Start), id, storage.Stop));
    }
}
