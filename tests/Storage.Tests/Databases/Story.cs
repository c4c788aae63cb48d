using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Tenants;

namespace Storage.Tests.Databases;

/// <summary>What the tests' stories are told with.</summary>
internal static class Story
{
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    public static readonly RetryWaits Waits = new(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1));
    public const string Url = "https://receiver.example/hook";
    public const EventSet AllEvents = (EventSet)0b1_1111_1111;

    public static Job NewJob(
        this TestStorage storage, string type = "echo", int priority = 5, int maxAttempts = 3, int timeoutSeconds = 600, int ttlSeconds = 3600,
        DateTimeOffset? startBy = null, DateTimeOffset? dueAt = null, Id<Tenant>? tenant = null, string? key = null, string request = "{}")
    {
        var now = storage.Clock.GetUtcNow();
        return new Job
        {
            Id = Id<Job>.New(now), TenantId = tenant ?? storage.Tenant, Type = type, Priority = priority, MaxAttempts = maxAttempts,
            DueAt = dueAt ?? now, CreatedAt = now, StartBy = startBy, TimeoutSeconds = timeoutSeconds, TtlSeconds = ttlSeconds,
            Input = "null"u8.ToArray(),
            IdempotencyHash = key is null ? null : Hash(key), RequestHash = key is null ? null : Hash(request),
        };
    }

    public static Callback NewCallback(
        this TestStorage storage, Job job, string url = Url, EventSet events = EventSet.Terminal, Ordering ordering = Ordering.None,
        string? schedule = null) => new()
    {
        Ordering = ordering, Schedule = schedule,
        Id = Id<Callback>.New(storage.Clock.GetUtcNow()), TenantId = job.TenantId, JobId = job.Id, Url = url, Events = events,
        ReceiverId = Receiver.IdOf(job.TenantId, Origin.Of(url)), CreatedAt = storage.Clock.GetUtcNow(),
    };

    public static async Task<Job> SubmitAsync(this TestStorage storage, Job? job = null, params Callback[] callbacks)
    {
        job ??= storage.NewJob();
        Assert.IsType<Submitted.Accepted>(await storage.Writer.SubmitAsync(job, callbacks));
        return job;
    }

    /// <summary>A job with one callback, pending.</summary>
    public static Task<Job> SubmitWithCallbackAsync(this TestStorage storage, EventSet events = EventSet.Terminal, string url = Url)
    {
        var job = storage.NewJob();
        return storage.SubmitAsync(job, storage.NewCallback(job, url, events));
    }

    public static Task<List<Job>> ClaimAsync(this TestStorage storage, int max = 1, string type = "echo") =>
        storage.ClaimAsync([type], max);

    /// <summary>Claims as a handler host of the service does: for all tenants.</summary>
    public static async Task<List<Job>> ClaimAsync(this TestStorage storage, IReadOnlyList<string> types, int max) =>
        [.. await storage.Claims.ClaimAsync(new ClaimWish(null, types, max, "worker", Lease), storage.Stop)];

    public static Task<Change> SucceedAsync(this TestStorage storage, Id<Job> id, long fence = 1) =>
        storage.Writer.ChangeAsync(id, (log, job) => JobTransitions.Succeed(log, job, fence, "42"u8.ToArray()));

    /// <summary>Submits a job with a callback and works it off, so that one delivery is owed.</summary>
    public static async Task<Job> FinishAsync(this TestStorage storage, string url = Url)
    {
        var job = await storage.SubmitWithCallbackAsync(url: url);
        var claimed = Assert.Single(await storage.ClaimAsync());
        Assert.Equal(Change.Made, await storage.SucceedAsync(claimed.Id));
        return job;
    }

    public static async Task<Job> FindAsync(this TestStorage storage, Id<Job> id) =>
        await storage.Jobs.FindAsync(storage.Tenant, id, storage.Stop) ?? throw new InvalidOperationException($"No job {id}.");

    public static async Task<List<string>> EventTypesAsync(this TestStorage storage, Id<Job> id)
    {
        var events = await storage.Jobs.EventsAsync(id, 0, 1000, storage.Stop);
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => e.Seq));
        return [.. events.Select(e => JsonDocument.Parse(e.Body).RootElement.GetProperty("type").GetString()!)];
    }

    public static Task<List<Delivery>> DeliveriesAsync(this TestStorage storage, Id<Job> id) =>
        storage.Deliveries.ListAsync(storage.Tenant, new(null, id, null, null, null, null, null, null, 1000), storage.Stop);

    public static async Task<Receiver?> ReceiverAsync(this TestStorage storage, string url = Url)
    {
        var id = Receiver.IdOf(storage.Tenant, Origin.Of(url));
        await using var db = storage.Database.CreateContext();
        return await db.Receivers.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, storage.Stop);
    }

    /// <summary>Everything that is stored about a job, as text to compare.</summary>
    public static async Task<string> PictureAsync(this TestStorage storage, Id<Job> id)
    {
        await using var db = storage.Database.CreateContext();
        return JsonSerializer.Serialize(new
        {
            Job = await db.Jobs.AsNoTracking().SingleAsync(j => j.Id == id, storage.Stop),
            Events = await db.JobEvents.AsNoTracking().Where(e => e.JobId == id).OrderBy(e => e.Seq).ToListAsync(storage.Stop),
            Callbacks = await db.Callbacks.AsNoTracking().Where(c => c.JobId == id).OrderBy(c => c.Id).ToListAsync(storage.Stop),
            Deliveries = await db.Deliveries.AsNoTracking().Where(d => d.JobId == id).OrderBy(d => d.Id).ToListAsync(storage.Stop),
        });
    }

    /// <summary>Does one thing many times at once, each on a thread of its own.</summary>
    public static Task<T[]> TogetherAsync<T>(int times, Func<Task<T>> act) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(_ => Task.Run(act)));

    public static Task TogetherAsync(int times, Func<Task> act) => Task.WhenAll(Enumerable.Range(0, times).Select(_ => Task.Run(act)));

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
