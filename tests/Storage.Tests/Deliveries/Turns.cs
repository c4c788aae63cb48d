using Storage.Deliveries;
using Storage.Sql;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

/// <summary>What an engine does in its turns, one step at a time.</summary>
internal static class Turns
{
    /// <summary>Claims receivers and keeps them for the length of the lease.</summary>
    public static Task<List<LeasedReceiver>> ClaimReceiversAsync(this TestStorage storage, int max = 1) =>
        storage.Database.WriteAsync(
            async session =>
            {
                var now = storage.Clock.GetUtcNow();
                var claimed = await ReceiverLeases.ClaimAsync(session, max, now, storage.Stop);
                claimed.ForEach(r => r.Keep(now + Story.Lease));
                ReceiverLeases.Write(session, [.. claimed.OrderBy(r => r.Id)]);
                return claimed;
            },
            storage.Stop);

    /// <summary>Locks one receiver under a fence, lets <paramref name="change"/> have it and writes it; null where the fence is stale.</summary>
    public static Task<LeasedReceiver?> TurnAsync(this TestStorage storage, Id<Receiver> id, long fence, Action<LeasedReceiver> change) =>
        storage.Database.WriteAsync(
            async session =>
            {
                var locked = await ReceiverLeases.LockAsync(session, [(id, fence)], storage.Stop);
                locked.ForEach(change);
                ReceiverLeases.Write(session, locked);
                return locked.SingleOrDefault();
            },
            storage.Stop);

    /// <summary>Both queues of each receiver, so many of either.</summary>
    public static Task<List<OwedDelivery>> ReadQueueAsync(this TestStorage storage, params (Id<Receiver> Id, int Take)[] takes) =>
        storage.Database.ReadAsync(
            session => DeliveryPages.ReadAsync(
                session,
                [.. takes.SelectMany(t => (QueueHead[])[new(t.Id, Retries: false, t.Take), new(t.Id, Retries: true, t.Take)])], storage.Stop),
            storage.Stop);

    /// <summary>The queues of the receiver behind <see cref="Story.Url"/>.</summary>
    public static Task<List<OwedDelivery>> ReadQueueAsync(this TestStorage storage) =>
        storage.ReadQueueAsync((Receiver.IdOf(storage.Tenant, Origin.Of(Story.Url)), 100));

    public static Task StartAsync(this TestStorage storage, params OwedDelivery[] page) =>
        storage.WriteAsync(session => Settlements.Start(session, page, [.. page.Select(d => storage.AttemptOf(d))], storage.Clock.GetUtcNow()));

    public static Task SettleAsync(this TestStorage storage, params Settlement[] settlements) =>
        storage.WriteAsync(session => Settlements.Write(session, settlements, storage.Clock.GetUtcNow()));

    /// <summary>The next attempt of a delivery, finished where a status code is given.</summary>
    public static Attempt AttemptOf(this TestStorage storage, OwedDelivery owed, int? statusCode = null) => new()
    {
        DeliveryId = owed.Id, Number = owed.LastNumber + 1, Round = owed.Round, StartedAt = storage.Clock.GetUtcNow(), Engine = "engine",
        FinishedAt = statusCode is null ? null : storage.Clock.GetUtcNow(), StatusCode = statusCode, DurationMs = statusCode is null ? null : 12,
        Error = statusCode is null or < 300 ? null : "status", Excerpt = statusCode is null ? null : "späte Antwort",
    };

    public static Settlement Delivered(this TestStorage storage, OwedDelivery owed) => new()
    {
        Delivery = owed, Attempt = storage.AttemptOf(owed, 200), Status = DeliveryStatus.Delivered, Failures = owed.Failures, DueAt = owed.DueAt,
        DeliveredAt = storage.Clock.GetUtcNow(),
    };

    public static Settlement Parked(this TestStorage storage, OwedDelivery owed) => new()
    {
        Delivery = owed, Attempt = storage.AttemptOf(owed, 500), Status = DeliveryStatus.Parked, Reason = "retries_exhausted",
        Failures = owed.Failures + 1, DueAt = owed.DueAt,
    };

    public static Settlement Gone(this TestStorage storage, OwedDelivery owed) => new()
    {
        Delivery = owed, Attempt = storage.AttemptOf(owed, 410), Status = DeliveryStatus.Parked, Reason = "gone", Failures = owed.Failures + 1,
        DueAt = owed.DueAt, DisableCallback = "gone", GoneUrl = Story.Url,
    };

    public static Task WriteAsync(this TestStorage storage, Action<SqlSession> write) =>
        storage.Database.WriteAsync(
            session =>
            {
                write(session);
                return session.FlushAsync(storage.Stop);
            },
            storage.Stop);
}
