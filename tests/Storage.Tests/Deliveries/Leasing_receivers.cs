using Storage.Deliveries;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class Leasing_receivers
{
    [Theory, EveryDatabase]
    public async Task Eight_engines_never_share_one_of_two_thousand(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var wakes = new Wakes();
        var job = storage.NewJob();
        for (var i = 0; i < 2000; i++)
            wakes.Add(storage.NewCallback(job, $"https://r{i}.example/"));
        await storage.WriteAsync(session => wakes.Write(session, TestStorage.Start));

        var claimed = (await Story.TogetherAsync(8, ClaimAllAsync)).SelectMany(c => c).ToList();

        Assert.Equal(2000, claimed.Count);
        Assert.Equal(2000, claimed.DistinctBy(r => r.Id).Count());
        Assert.All(claimed, r => Assert.Equal((0, 1), (r.Fence, r.NextFence)));

        async Task<List<LeasedReceiver>> ClaimAllAsync()
        {
            var mine = new List<LeasedReceiver>();
            while (await storage.ClaimReceiversAsync(25) is { Count: > 0 } page)
                mine.AddRange(page);
            return mine;
        }
    }

    [Theory, EveryDatabase]
    public async Task A_quarter_of_a_crowd_that_is_claimed_became_due_last(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        for (var i = 0; i < 12; i++)
        {
            await storage.FinishAsync($"https://r{i}.example/");
            storage.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await storage.ClaimReceiversAsync(4);
        var all = await storage.ClaimReceiversAsync(100);

        Assert.Equal(
            ["https://r0.example:443", "https://r1.example:443", "https://r11.example:443", "https://r2.example:443"],
            first.Select(r => r.Origin).Order(StringComparer.Ordinal));
        Assert.Equal(8, all.Count);
    }

    [Theory, EveryDatabase]
    public async Task Owners_whose_fence_is_old_change_nothing(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var lost = Assert.Single(await storage.ClaimReceiversAsync());
        storage.Clock.Advance(Story.Lease);
        Assert.Equal(2, Assert.Single(await storage.ClaimReceiversAsync()).NextFence);

        Assert.Null(await storage.TurnAsync(lost.Id, 1, r => r.Release(null)));
        await storage.WriteAsync(session => ReceiverLeases.Write(session, [lost])); // it writes where the row has the fence that it found: 0
        var row = (await storage.ReceiverAsync())!;
        Assert.Equal((2, TestStorage.Start + 2 * Story.Lease), (row.Fence, row.LeasedUntil));

        Assert.NotNull(await storage.TurnAsync(lost.Id, 2, r => r.Release(null)));
        Assert.Equal(DateTimeOffset.UnixEpoch, (await storage.ReceiverAsync())!.LeasedUntil);
    }

    [Theory, EveryDatabase]
    public async Task A_crash_makes_them_due_when_the_lease_ends(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        await storage.ClaimReceiversAsync();

        storage.Clock.Advance(Story.Lease - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await storage.ClaimReceiversAsync());
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(await storage.ClaimReceiversAsync());
    }

    [Theory, EveryDatabase]
    public async Task Released_ones_are_due_when_their_next_delivery_is_but_not_while_held(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var id = (await storage.ClaimReceiversAsync())[0].Id;
        await storage.TurnAsync(id, 1, r =>
        {
            r.HeldUntil = TestStorage.Start.AddSeconds(30);
            r.GoneUntil = TestStorage.Start.AddSeconds(90);
            r.Release(TestStorage.Start.AddSeconds(10));
        });

        storage.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(await storage.ClaimReceiversAsync());
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        var claimed = Assert.Single(await storage.ClaimReceiversAsync());
        Assert.Equal((TestStorage.Start.AddSeconds(30), TestStorage.Start.AddSeconds(90)), (claimed.HeldUntil, claimed.GoneUntil));
        Assert.Equal((storage.Tenant, "https://receiver.example:443"), (claimed.TenantId, claimed.Origin));
    }

    [Theory, EveryDatabase]
    public async Task Idle_ones_are_never_due(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var id = (await storage.ClaimReceiversAsync())[0].Id;
        await storage.TurnAsync(id, 1, r => r.Release(null));
        storage.Clock.Advance(TimeSpan.FromDays(10_000));

        Assert.Empty(await storage.ClaimReceiversAsync());
    }
}
