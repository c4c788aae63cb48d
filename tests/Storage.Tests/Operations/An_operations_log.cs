using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Operations;
using Storage.Tenants;
using Storage.Tests.Databases;
using Storage.Tests.Deliveries;

namespace Storage.Tests.Operations;

public sealed class An_operations_log
{
    private const string Ops = "https://ops.example/told";
    private const string Origin = "https://receiver.example:443";

    [Theory, EveryDatabase]
    public async Task Owes_one_event_for_all_that_one_receiver_lost_for_one_reason(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await PutAsync(storage);
        var parked = await ParkAsync(storage, 25);

        await TellAsync(storage, [.. parked, parked[0] with { Reason = "gone" }]);

        var owed = await OwedAsync(storage);
        Assert.Equal([(1, "delivery.parked", 25), (2, "delivery.parked", 1)], owed.Select(o => (o.Seq, o.Type, o.Data.GetProperty("count").GetInt32())));
        Assert.Equal(["retries_exhausted", "gone"], owed.Select(o => o.Data.GetProperty("reason").GetString()));
        Assert.Equal((Origin, parked[0].ReceiverId.ToString()), (owed[0].Text("origin"), owed[0].Text("receiver_id")));
        Assert.Equal(
            parked.Take(OperationsJson.MostNamed).Select(p => (p.DeliveryId.ToString(), p.JobId.ToString(), p.CallbackId.ToString())),
            owed[0].Data.GetProperty("deliveries").EnumerateArray()
                .Select(d => (d.GetProperty("id").GetString(), d.GetProperty("job_id").GetString(), d.GetProperty("callback_id").GetString())));
        Assert.NotNull(await storage.ReceiverAsync(Ops));
    }

    [Theory, EveryDatabase]
    public async Task Tells_only_what_the_callback_asked_for_and_only_its_own_tenant(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await PutAsync(storage, JobEventType.BreakerOpened.ToSet());
        var opened = OfReceiver(storage, JobEventType.BreakerOpened) with { Until = TestStorage.Start.AddMinutes(1) };

        await TellAsync(storage, opened, OfReceiver(storage, JobEventType.BreakerClosed), opened with { TenantId = Id<Tenant>.New(TestStorage.Start) });

        var only = Assert.Single(await OwedAsync(storage));
        Assert.Equal(("breaker.opened", "2030-01-02T03:05:05.000Z"), (only.Type, only.Text("until")));
        Assert.False(only.Data.TryGetProperty("count", out _));
    }

    [Theory, EveryDatabase]
    public async Task Writes_nothing_where_nobody_listens(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await TellAsync(storage, OfReceiver(storage, JobEventType.BreakerOpened));
        await PutAsync(storage);
        await storage.Get<OperationsCallbacks>().RemoveAsync(storage.Tenant, storage.Stop);
        await TellAsync(storage, OfReceiver(storage, JobEventType.BreakerOpened));

        Assert.Empty(await OwedAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Tells_nothing_of_its_own_deliveries_and_its_own_receiver(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var callback = await PutAsync(storage);
        await TellAsync(storage, OfReceiver(storage, JobEventType.BreakerOpened));
        var owed = Assert.Single(await storage.ReadQueueAsync((callback.ReceiverId, 10)));
        await storage.StartAsync(owed);
        await storage.SettleAsync(storage.Parked(owed));

        await TellAsync(
            storage,
            Happening.Parked(storage.Parked(owed), "https://ops.example:443"),
            Happening.Disabled(storage.Gone(owed), "https://ops.example:443"),
            OfReceiver(storage, JobEventType.BreakerOpened) with { ReceiverId = callback.ReceiverId, Origin = "https://ops.example:443" });

        Assert.Single(await OwedAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Tells_of_no_parking_that_did_not_come_to_pass(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await PutAsync(storage);
        var parked = Assert.Single(await ParkAsync(storage, 1));
        await storage.Deliveries.ReplayAsync(storage.Tenant, parked.DeliveryId!.Value, storage.Stop);

        await TellAsync(storage, parked);

        Assert.Empty(await OwedAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Numbers_without_a_gap_whoever_writes(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await PutAsync(storage);

        await Story.TogetherAsync(8, () => TellAsync(storage, OfReceiver(storage, JobEventType.BreakerOpened)));

        Assert.Equal(Enumerable.Range(1, 8), (await OwedAsync(storage)).Select(o => o.Seq));
    }

    [Theory, EveryDatabase]
    public async Task Loses_its_events_after_thirty_days_but_none_that_is_pending(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var callback = await PutAsync(storage);
        await TellAsync(storage, OfReceiver(storage, JobEventType.BreakerOpened));
        await TellAsync(storage, OfReceiver(storage, JobEventType.BreakerClosed));
        var settled = (await storage.ReadQueueAsync((callback.ReceiverId, 10))).Single(d => d.Seq == 1);
        await storage.StartAsync(settled);
        await storage.SettleAsync(storage.Parked(settled));
        var retention = storage.Get<OperationsRetention>();

        storage.Clock.Advance(OperationsRetention.KeptFor - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await retention.RunOnceAsync(1, storage.Stop));
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await retention.RunOnceAsync(1, storage.Stop));

        var left = Assert.Single(await OwedAsync(storage));
        Assert.Equal(2, left.Seq);
        Assert.Empty(await storage.Deliveries.AttemptsAsync(settled.Id, 0, 10, storage.Stop));
        Assert.Single(await storage.DeliveriesAsync(callback.JobId));
    }

    internal static async Task<Callback> PutAsync(TestStorage storage, EventSet events = EventSet.Operations, string url = Ops)
    {
        var (callback, _) = await storage.Get<OperationsCallbacks>().PutAsync(NewCallback(storage, events, url), storage.Stop);
        return callback;
    }

    internal static Callback NewCallback(TestStorage storage, EventSet events = EventSet.Operations, string url = Ops) => new()
    {
        Id = Id<Callback>.New(storage.Clock.GetUtcNow()), TenantId = storage.Tenant, JobId = OperationsSequence.LogOf(storage.Tenant), Url = url,
        ReceiverId = Receiver.IdOf(storage.Tenant, Storage.Deliveries.Origin.Of(url)), Events = events, CreatedAt = storage.Clock.GetUtcNow(),
    };

    internal static Happening OfReceiver(TestStorage storage, JobEventType type) => new()
    {
        Type = type, TenantId = storage.Tenant, ReceiverId = Receiver.IdOf(storage.Tenant, Origin), Origin = Origin,
    };

    internal static Task<Wakes> TellAsync(TestStorage storage, params Happening[] happenings) => storage.Database.WriteAsync(
        async session =>
        {
            var wakes = new Wakes();
            await storage.Get<OperationsLog>().WriteAsync(session, happenings, storage.Clock.GetUtcNow(), wakes, storage.Stop);
            wakes.Write(session, storage.Clock.GetUtcNow());
            return wakes;
        },
        storage.Stop);

    /// <summary>As many parked deliveries of one receiver, as an engine tells of them.</summary>
    private static async Task<List<Happening>> ParkAsync(TestStorage storage, int count)
    {
        for (var i = 0; i < count; i++)
            await storage.FinishAsync();
        var owed = await storage.ReadQueueAsync();
        await storage.StartAsync([.. owed]);
        await storage.SettleAsync([.. owed.Select(storage.Parked)]);
        return owed.ConvertAll(o => Happening.Parked(storage.Parked(o), Origin));
    }

    private static async Task<List<Owed>> OwedAsync(TestStorage storage)
    {
        var log = OperationsSequence.LogOf(storage.Tenant);
        await using var db = storage.Database.CreateContext();
        var events = await db.JobEvents.AsNoTracking().Where(e => e.JobId == log).OrderBy(e => e.Seq).ToListAsync(storage.Stop);
        Assert.Equal(events.Select(e => (e.Seq, e.Body.Length)), (await storage.DeliveriesAsync(log)).OrderBy(d => d.Seq).Select(d => (d.Seq, d.BodyBytes)));
        return events.ConvertAll(e =>
        {
            var body = JsonDocument.Parse(e.Body).RootElement;
            Assert.Equal(e.Seq, body.GetProperty("data").GetProperty("seq").GetInt32());
            return new Owed(e.Seq, body.GetProperty("type").GetString()!, body.GetProperty("data"));
        });
    }

    private sealed record Owed(int Seq, string Type, JsonElement Data)
    {
        public string? Text(string member) => Data.GetProperty(member).GetString();
    }
}
