using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class Sweeping
{
    [Theory, EveryDatabase]
    public async Task Wakes_a_receiver_whose_row_was_never_written(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        await using (var db = storage.Database.CreateContext())
            await db.Receivers.ExecuteDeleteAsync(storage.Stop);
        await storage.Get<Bells>().Deliveries.WaitAsync(storage.Stop);

        Assert.Equal(1, await storage.Sweep.RunOnceAsync(TestStorage.Start, storage.Stop));
        Assert.Equal((1, TestStorage.Start), ((await storage.ReceiverAsync())!.Poked, (await storage.ReceiverAsync())!.DueAt));
        await storage.Get<Bells>().Deliveries.WaitAsync(storage.Stop);
        Assert.Equal(0, await storage.Sweep.RunOnceAsync(TestStorage.Start, storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Wakes_a_receiver_that_went_idle_over_it(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        await ForgetAsync(storage);

        Assert.Equal(1, await storage.Sweep.RunOnceAsync(TestStorage.Start, storage.Stop));
        Assert.Single(await storage.ClaimReceiversAsync());
    }

    [Theory, EveryDatabase]
    public async Task Wakes_as_many_as_were_forgotten(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await Task.WhenAll(Enumerable.Range(0, 1001).Select(n =>
            storage.SubmitWithCallbackAsync(JobEventType.Enqueued.ToSet(), $"https://r{n}.example/")));
        await ForgetAsync(storage);

        Assert.Equal(1001, await storage.Sweep.RunOnceAsync(TestStorage.Start, storage.Stop));
        Assert.Equal(1001, (await storage.ClaimReceiversAsync(2000)).Count);
    }

    [Theory, EveryDatabase]
    public async Task Pokes_an_owner_without_ending_its_lease(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        var claimed = (await storage.ClaimReceiversAsync())[0];
        await storage.TurnAsync(claimed.Id, 1, r =>
        {
            r.Poked = false;
            r.Keep(TestStorage.Start + Story.Lease);
        });

        Assert.Equal(1, await storage.Sweep.RunOnceAsync(TestStorage.Start, storage.Stop));
        Assert.Equal((1, TestStorage.Start + Story.Lease), ((await storage.ReceiverAsync())!.Poked, (await storage.ReceiverAsync())!.DueAt));
    }

    [Theory, EveryDatabase]
    public async Task Looks_back_a_minute_before_the_last_sweep_and_no_further(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        await ForgetAsync(storage);
        storage.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, await storage.Sweep.RunOnceAsync(TestStorage.Start.AddMilliseconds(60_001), storage.Stop));
        Assert.Equal(1, await storage.Sweep.RunOnceAsync(TestStorage.Start.AddMilliseconds(60_000), storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Leaves_a_held_receiver_and_what_is_not_due_alone(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.FinishAsync();
        await storage.FinishAsync("https://later.example/");
        await ForgetAsync(storage);
        await using (var db = storage.Database.CreateContext())
        {
            var held = Receiver.IdOf(storage.Tenant, Origin.Of(Story.Url));
            await db.Receivers.Where(r => r.Id == held)
                .ExecuteUpdateAsync(r => r.SetProperty(x => x.HeldUntil, TestStorage.Start.AddSeconds(1)), storage.Stop);
            await db.Deliveries.Where(d => d.ReceiverId != held)
                .ExecuteUpdateAsync(d => d.SetProperty(x => x.DueAt, TestStorage.Start.AddSeconds(1)), storage.Stop);
        }

        Assert.Equal(0, await storage.Sweep.RunOnceAsync(TestStorage.Start, storage.Stop));
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await storage.Sweep.RunOnceAsync(TestStorage.Start, storage.Stop));
    }

    /// <summary>As a crash between the commit and the wake leaves it.</summary>
    private static async Task ForgetAsync(TestStorage storage)
    {
        await using var db = storage.Database.CreateContext();
        await db.Receivers.ExecuteUpdateAsync(r => r.SetProperty(x => x.Poked, 0).SetProperty(x => x.DueAt, LeasedReceiver.Never), storage.Stop);
    }
}
