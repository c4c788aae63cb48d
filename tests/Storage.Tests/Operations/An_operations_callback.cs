using Storage.Deliveries;
using Storage.Jobs;
using Storage.Operations;
using Storage.Tests.Databases;
using Storage.Tests.Deliveries;
using static Storage.Tests.Operations.An_operations_log;

namespace Storage.Tests.Operations;

public sealed class An_operations_callback
{
    private const string Elsewhere = "https://elsewhere.example/told";

    [Theory, EveryDatabase]
    public async Task Is_one_however_often_it_is_put(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var callbacks = storage.Get<OperationsCallbacks>();

        var (first, isNew) = await callbacks.PutAsync(NewCallback(storage), storage.Stop);
        var (second, isStillNew) = await callbacks.PutAsync(NewCallback(storage, JobEventType.DeliveryParked.ToSet(), Elsewhere), storage.Stop);

        Assert.Equal((true, false), (isNew, isStillNew));
        Assert.Equal((first.Id, Elsewhere, JobEventType.DeliveryParked.ToSet()), (second.Id, second.Url, second.Events));
        Assert.Equal(second.Url, (await callbacks.FindAsync(storage.Tenant, storage.Stop))!.Url);
    }

    [Theory, EveryDatabase]
    public async Task Takes_what_it_is_owed_to_its_new_url(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await PutAsync(storage);
        await TellAsync(storage, OfReceiver(storage, JobEventType.BreakerOpened));

        var moved = await PutAsync(storage, url: Elsewhere);

        var owed = Assert.Single(await storage.ReadQueueAsync((moved.ReceiverId, 10)));
        var letter = Assert.Single(await storage.Database.ReadAsync(s => DeliveryPages.ReadLettersAsync(s, [owed], storage.Stop), storage.Stop));
        Assert.Equal(Elsewhere, letter.Url);
        Assert.Contains(moved.ReceiverId, (await storage.ClaimReceiversAsync(10)).Select(r => r.Id));
    }

    [Theory, EveryDatabase]
    public async Task Is_owed_nothing_more_when_it_is_removed(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var callbacks = storage.Get<OperationsCallbacks>();
        var callback = await PutAsync(storage);
        await TellAsync(storage, OfReceiver(storage, JobEventType.BreakerOpened));

        Assert.Equal(callback.Id, (await callbacks.RemoveAsync(storage.Tenant, storage.Stop))!.Id);

        Assert.Null(await callbacks.FindAsync(storage.Tenant, storage.Stop));
        Assert.Null(await callbacks.RemoveAsync(storage.Tenant, storage.Stop));
        var canceled = Assert.Single(await storage.DeliveriesAsync(callback.JobId));
        Assert.Equal((DeliveryStatus.Canceled, "callback_deleted"), (canceled.Status, canceled.Reason));
        Assert.True((await callbacks.PutAsync(NewCallback(storage), storage.Stop)).IsNew);
    }

    [Theory, EveryDatabase]
    public async Task Is_active_again_when_it_is_put_after_its_receiver_disabled_it(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var callback = await PutAsync(storage);
        await TellAsync(storage, OfReceiver(storage, JobEventType.BreakerOpened));
        var owed = Assert.Single(await storage.ReadQueueAsync((callback.ReceiverId, 10)));
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Gone(owed) with { GoneUrl = callback.Url });
        Assert.Equal(CallbackStatus.Disabled, (await storage.Get<OperationsCallbacks>().FindAsync(storage.Tenant, storage.Stop))!.Status);

        var again = await PutAsync(storage);

        Assert.Equal((CallbackStatus.Active, null), (again.Status, again.Reason));
        Assert.Empty(await storage.Database.ReadAsync(
            s => DeliveryPages.ReadGoneAsync(s, [callback.ReceiverId], TestStorage.Start, storage.Stop), storage.Stop));
    }
}
