using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class Waking_a_receiver
{
    [Theory, EveryDatabase]
    public async Task Makes_its_row_due_and_poked_and_rings(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitWithCallbackAsync(JobEventType.Enqueued.ToSet(), "http://Receiver.example:8080/a?b=c");

        var receiver = (await storage.ReceiverAsync("http://receiver.example:8080/"))!;
        Assert.Equal(
            (storage.Tenant, "http://receiver.example:8080", 1, 0, TestStorage.Start),
            (receiver.TenantId, receiver.Origin, receiver.Poked, receiver.Fence, receiver.DueAt));
        Assert.True(await storage.Get<Bells>().Deliveries.WaitAsync(storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Is_not_done_for_what_nobody_waits_for(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitWithCallbackAsync();
        await storage.ClaimAsync();

        Assert.Null(await storage.ReceiverAsync());
    }

    [Theory, EveryDatabase]
    public async Task Does_not_end_a_lease_and_stays_until_the_owner_has_seen_it(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var id = (await storage.ClaimReceiversAsync())[0].Id;
        await storage.TurnAsync(id, 1, r =>
        {
            r.Poked = false;
            r.Keep(TestStorage.Start + Story.Lease);
        });
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        await storage.FinishAsync();

        var row = (await storage.ReceiverAsync())!;
        Assert.Equal((1, 1, TestStorage.Start + Story.Lease, TestStorage.Start + Story.Lease), (row.Poked, row.Fence, row.DueAt, row.LeasedUntil));
        Assert.Empty(await storage.ClaimReceiversAsync());
        Assert.True((await storage.TurnAsync(id, 1, r => r.Keep(TestStorage.Start + 2 * Story.Lease)))!.Poked);
        Assert.Equal(1, (await storage.ReceiverAsync())!.Poked);
        await storage.TurnAsync(id, 1, r =>
        {
            r.Poked = false;
            r.Release(null);
        });
        Assert.Equal((0, LeasedReceiver.Never), ((await storage.ReceiverAsync())!.Poked, (await storage.ReceiverAsync())!.DueAt));
    }

    [Theory, EveryDatabase]
    public async Task Waits_for_one_that_is_held(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var id = (await storage.ClaimReceiversAsync())[0].Id;
        await storage.TurnAsync(id, 1, r =>
        {
            r.Poked = false;
            r.HeldUntil = TestStorage.Start.AddMinutes(5);
            r.Release(null);
        });
        await storage.FinishAsync();

        var row = (await storage.ReceiverAsync())!;
        Assert.Equal((1, TestStorage.Start.AddMinutes(5)), (row.Poked, row.DueAt));
    }

    [Theory, EveryDatabase]
    public async Task Brings_a_removed_row_back_as_the_same_receiver(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var id = (await storage.ReceiverAsync())!.Id;
        await using (var db = storage.Database.CreateContext())
            await db.Receivers.ExecuteDeleteAsync(storage.Stop);
        await storage.FinishAsync();

        Assert.Equal(id, (await storage.ReceiverAsync())!.Id);
        Assert.Equal(2, (await storage.ReadQueueAsync()).Count);
    }

    [Theory, EveryDatabase]
    public async Task Is_done_once_by_many_at_the_same_time(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await Story.TogetherAsync(16, async () =>
        {
            await using var writer = new JobWriter(storage.Get<JobCommits>());
            var job = storage.NewJob();
            await writer.SubmitAsync(job, [storage.NewCallback(job, events: Story.AllEvents)]);
        });

        Assert.Equal(16, (await storage.ReadQueueAsync()).Count);
        Assert.Single(await storage.ClaimReceiversAsync(10));
    }
}
