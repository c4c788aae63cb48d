using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Replays;
using Storage.Tests.Databases;
using Storage.Tests.Deliveries;

namespace Storage.Tests.Replays;

/// <summary>A parked delivery, as far as a test wants to know it.</summary>
internal sealed record Parked(Id<Delivery> Id, Id<Job> JobId, Id<Receiver> ReceiverId, Id<Callback> CallbackId);

/// <summary>What a replay is to be for.</summary>
internal sealed class Wanted
{
    public DeliveryStatus Status { get; set; } = DeliveryStatus.Parked;
    public string? Reason { get; set; }
    public Id<Receiver>? ReceiverId { get; set; }
    public Id<Job>? JobId { get; set; }
    public JobEventType? EventType { get; set; }
    public DateTimeOffset? CreatedAfter { get; set; }
    public DateTimeOffset? CreatedBefore { get; set; }
}

/// <summary>What the tests of replays are told with.</summary>
internal static class ReplayStory
{
    public static async Task<List<Parked>> ParkAsync(
        this TestStorage storage, int count, string url = Story.Url, string reason = "retries_exhausted", bool disable = false)
    {
        for (var i = 0; i < count; i++)
            await storage.FinishAsync(url);
        var owed = await storage.ReadQueueAsync((Receiver.IdOf(storage.Tenant, Origin.Of(url)), 1000));
        await storage.StartAsync([.. owed]);
        await storage.SettleAsync([.. owed.Select(o => (disable ? storage.Gone(o) : storage.Parked(o)) with { Reason = reason })]);
        return owed.ConvertAll(o => new Parked(o.Id, o.JobId, o.ReceiverId, o.CallbackId));
    }

    public static async Task ParkAllAsync(this TestStorage storage)
    {
        await using var db = storage.Database.CreateContext();
        await db.Deliveries.ExecuteUpdateAsync(d => d.SetProperty(x => x.Status, DeliveryStatus.Parked), storage.Stop);
    }

    public static Replay NewReplay(
        this TestStorage storage, Action<Wanted>? narrow = null, double? rate = null, string? key = null, string request = "{}", int matched = 0)
    {
        var (wanted, now) = (new Wanted(), storage.Clock.GetUtcNow());
        narrow?.Invoke(wanted);
        var (after, before) = DeliveryTimes.Between(wanted.CreatedAfter, wanted.CreatedBefore ?? now.AddMilliseconds(1));
        return new Replay
        {
            Id = Id<Replay>.New(now), TenantId = storage.Tenant, Deliveries = wanted.Status, Reason = wanted.Reason, ReceiverId = wanted.ReceiverId,
            JobId = wanted.JobId, EventType = wanted.EventType, Position = after, Through = before, RatePerSecond = rate, PacedUntil = now, DueAt = now,
            CreatedAt = now, Matched = matched, IdempotencyHash = key is null ? null : Story.Hash(key), RequestHash = key is null ? null : Story.Hash(request),
        };
    }

    public static async Task<Replay> AskAsync(this TestStorage storage, double? rate = null)
    {
        var matched = await storage.Get<ReplayStore>().CountAsync(ReplayFilter.Of(storage.NewReplay()), storage.Stop);
        var asked = await storage.Get<ReplayStore>().AddAsync(storage.NewReplay(rate: rate, matched: matched), storage.Stop);
        return Assert.IsType<Asked.Accepted>(asked).Replay;
    }

    /// <summary>As many batches as are due.</summary>
    public static async Task RunAsync(this TestStorage storage)
    {
        while (await storage.Get<ReplayRuns>().RunOnceAsync(storage.Stop))
        {
        }
    }

    public static async Task<Replay> FindAsync(this TestStorage storage, Replay replay) =>
        (await storage.Get<ReplayStore>().FindAsync(storage.Tenant, replay.Id, storage.Stop))!;

    public static async Task<List<Delivery>> AllAsync(this TestStorage storage)
    {
        await using var db = storage.Database.CreateContext();
        return await db.Deliveries.AsNoTracking().OrderBy(d => d.Id).ToListAsync(storage.Stop);
    }
}
