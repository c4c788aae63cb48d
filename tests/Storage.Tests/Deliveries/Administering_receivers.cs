using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class Administering_receivers
{
    [Theory, EveryDatabase]
    public async Task Shows_what_is_owed_and_since_when(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        await storage.FinishAsync();
        await storage.FinishAsync("https://other.example/");

        var view = await FindAsync(storage);

        Assert.Equal(new Backlog(2, false, TestStorage.Start), view.Backlog);
        Assert.Equal(
            ["https://other.example:443", "https://receiver.example:443"],
            (await ListAsync(storage)).Select(v => v.Main.Origin).Order(StringComparer.Ordinal));
        Assert.Equal(view.Main.Id, Assert.Single(await ListAsync(storage, origin: view.Main.Origin)).Main.Id);
        Assert.Empty(await ListAsync(storage, ReceiverStatus.Paused));
    }

    [Theory, EveryDatabase]
    public async Task Holds_a_paused_one_whatever_comes_and_lets_it_go_again(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var store = storage.Get<ReceiverStore>();
        var id = (await FindAsync(storage)).Main.Id;

        await store.PauseAsync(storage.Tenant, id, storage.Stop);
        await storage.FinishAsync();

        Assert.Empty(await storage.ClaimReceiversAsync());
        Assert.Equal(0, await storage.Sweep.RunOnceAsync(TestStorage.Start, storage.Stop));
        Assert.Equal(2, (await FindAsync(storage)).Backlog.Pending);
        Assert.Equal(id, Assert.Single(await ListAsync(storage, ReceiverStatus.Paused)).Main.Id);

        await store.ResumeAsync(storage.Tenant, id, storage.Stop);
        Assert.Equal(id, Assert.Single(await storage.ClaimReceiversAsync()).Id);
    }

    [Theory, EveryDatabase]
    public async Task Leaves_a_paused_one_with_its_owner_who_releases_it_for_good(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var held = Assert.Single(await storage.ClaimReceiversAsync());

        await storage.Get<ReceiverStore>().PauseAsync(storage.Tenant, held.Id, storage.Stop);
        var row = await storage.TurnAsync(held.Id, held.NextFence, r => r.Release(storage.Clock.GetUtcNow()));

        Assert.True(row!.IsPaused);
        Assert.Equal(LeasedReceiver.Never, (await storage.ReceiverAsync())!.DueAt);
    }

    [Theory, EveryDatabase]
    public async Task Gives_jobs_their_lanes_and_each_lane_its_part_of_the_limits(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var store = storage.Get<ReceiverStore>();
        var id = (await FindAsync(storage)).Main.Id;

        await store.LimitAsync(storage.Tenant, id, _ => new ReceiverLimits(8, 10, 4), null, storage.Stop);
        var jobs = new List<Job>();
        for (var i = 0; i < 24; i++)
            jobs.Add(await storage.FinishAsync());

        var deliveries = new List<Delivery>();
        foreach (var job in jobs)
            deliveries.AddRange(await storage.DeliveriesAsync(job.Id));
        Assert.All(deliveries, d => Assert.Equal(
            Receiver.IdOf(storage.Tenant, "https://receiver.example:443", Receiver.LaneFor(d.JobId, 4)), d.ReceiverId));
        Assert.True(deliveries.Select(d => d.ReceiverId).Distinct().Count() > 1);
        var claimed = await storage.ClaimReceiversAsync(max: 100);
        Assert.Equal(4, claimed.Count);
        Assert.All(claimed, lane => Assert.Equal((2, 2.5), (lane.MaxInFlight, lane.RatePerSecond)));
        Assert.Equal((4, 25L), ((await FindAsync(storage)).Lanes.Count, (await FindAsync(storage)).Backlog.Pending));

        await store.PauseAsync(storage.Tenant, claimed[3].Id, storage.Stop); // by the id of any lane
        Assert.All((await FindAsync(storage)).Lanes, lane => Assert.NotNull(lane.PausedAt));
    }

    [Theory, EveryDatabase]
    public async Task Loses_nothing_when_lanes_are_taken_away(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var store = storage.Get<ReceiverStore>();
        var id = (await FindAsync(storage)).Main.Id;
        await store.LimitAsync(storage.Tenant, id, _ => new ReceiverLimits(null, null, 4), null, storage.Stop);
        for (var i = 0; i < 12; i++)
            await storage.FinishAsync();

        await store.LimitAsync(storage.Tenant, id, _ => new ReceiverLimits(null, null, null), null, storage.Stop);
        var fresh = await storage.FinishAsync();

        Assert.Equal(id, Assert.Single(await storage.DeliveriesAsync(fresh.Id)).ReceiverId);
        var claimed = await storage.ClaimReceiversAsync(max: 100);
        Assert.Equal(14, (await storage.ReadQueueAsync([.. claimed.Select(lane => (lane.Id, 100))])).Count);
    }

    [Theory, EveryDatabase]
    public async Task Knows_no_receiver_of_another_tenant(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var (id, stranger) = ((await FindAsync(storage)).Main.Id, Id<Storage.Tenants.Tenant>.New(TestStorage.Start));
        var store = storage.Get<ReceiverStore>();

        Assert.Null(await store.FindAsync(stranger, id, storage.Stop));
        Assert.Null(await store.PauseAsync(stranger, id, storage.Stop));
        Assert.Null(await store.LimitAsync(stranger, id, _ => new ReceiverLimits(1, 1, 2), false, storage.Stop));
        Assert.Null((await FindAsync(storage)).Main.PausedAt);
    }

    private static async Task<ReceiverView> FindAsync(TestStorage storage)
    {
        var id = Receiver.IdOf(storage.Tenant, Origin.Of(Story.Url));
        return await storage.Get<ReceiverStore>().FindAsync(storage.Tenant, id, storage.Stop) ?? throw new InvalidOperationException("No receiver.");
    }

    private static Task<List<ReceiverView>> ListAsync(TestStorage storage, ReceiverStatus? status = null, string? origin = null) =>
        storage.Get<ReceiverStore>().ListAsync(storage.Tenant, new(status, origin, null, 50), storage.Stop);
}
