using Microsoft.EntityFrameworkCore;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tenants;
using WebhookVerifier;

namespace DeliveryEngine.Tests.Stage;

/// <summary>A callback that a job is submitted with; a URL alone asks for the terminal event.</summary>
internal sealed record Asked(
    string Url, EventSet Events = EventSet.Terminal, string? Secret = null, IReadOnlyDictionary<string, string>? Headers = null,
    Ordering Ordering = Ordering.None, string? Schedule = null)
{
    public static implicit operator Asked(string url) => new(url);

    public static implicit operator Asked(Listener listener) => new(listener.Url);
}

/// <summary>What happens in a scene besides deliveries, and what is seen of it afterwards.</summary>
internal sealed partial class Scene
{
    private static readonly EventSet Outputs = JobEventType.Output.ToSet();

    /// <summary>A job that succeeds, so that one delivery is owed to each callback.</summary>
    public async Task<Job> FinishJobAsync(params Asked[] callbacks) => await FinishJobAsync(TenantStore.DefaultId, callbacks);

    public async Task<Job> FinishJobAsync(Id<Tenant> tenant, params Asked[] callbacks) =>
        await FinishAsync(await StartJobAsync(Id<Job>.New(Now), tenant, callbacks));

    private async Task<Job> FinishAsync(Job job)
    {
        await Node.Writer.ChangeAsync(job.Id, (log, j) => JobTransitions.Succeed(log, j, j!.Fence, "42"u8.ToArray()));
        return job;
    }

    /// <summary>A job whose deliveries are in one lane of its receivers.</summary>
    public async Task<Job> FinishJobInLaneAsync(int lane, int lanes, params Asked[] callbacks)
    {
        var id = Id<Job>.New(Now);
        while (Receiver.LaneFor(id, lanes) != lane)
            id = Id<Job>.New(Now);
        return await FinishAsync(await StartJobAsync(id, TenantStore.DefaultId, callbacks));
    }

    /// <summary>A running job whose outputs are owed to one callback: as many deliveries at once as wanted.</summary>
    public async Task<Job> OweAsync(
        Listener listener, int deliveries, int bytesEach = 2, Ordering ordering = Ordering.None, string? schedule = null)
    {
        var job = await StartJobAsync(Id<Job>.New(Now), TenantStore.DefaultId, new Asked(listener.Url, Outputs, Ordering: ordering, Schedule: schedule));
        await OweMoreAsync(job, deliveries, bytesEach);
        return job;
    }

    public Task OweMoreAsync(Job job, int deliveries, int bytesEach = 2)
    {
        var output = new byte[bytesEach];
        output.AsSpan().Fill((byte)'x');
        output[0] = output[^1] = (byte)'"';
        return Node.Writer.ChangeAsync(job.Id, (log, j) =>
        {
            for (var last = j!.OutputSeq + deliveries; j.OutputSeq < last;)
                JobTransitions.Output(log, j, j.Fence, j.OutputSeq + 1, output);
            return Change.Made;
        });
    }

    /// <summary>One delivery to each, so that they are known to answer.</summary>
    public async Task GreetAsync(Node node, params IEnumerable<Listener> listeners)
    {
        foreach (var listener in listeners)
            await FinishJobAsync(listener);
        await node.WorkAsync();
    }

    public async Task DeleteCallbackAsync(Job job)
    {
        var callback = Assert.Single(await CallbacksAsync(), c => c.JobId == job.Id);
        await Node.Writer.ChangeAsync(job.Id, (log, j) =>
        {
            log.Remove(j!, callback);
            return Change.Made;
        });
    }

    public Task ReplayAsync(Delivery delivery) => Node.Deliveries.ReplayAsync(delivery.TenantId, delivery.Id, Patience);

    public async Task<Id<Tenant>> AddTenantAsync()
    {
        var tenant = new Tenant
        {
            Id = Id<Tenant>.New(Now), Name = "another", CreatedAt = Now, SigningSecret = Node.Get<SecretBox>().Seal(new byte[32]),
        };
        await using var db = Node.Database.CreateContext();
        db.Tenants.Add(tenant);
        await db.SaveChangesAsync(Patience);
        return tenant.Id;
    }

    /// <summary>Verifies as a receiver would who has the tenant's secret.</summary>
    public async Task<Verifier> VerifierAsync(Id<Tenant>? tenant = null)
    {
        var row = await Node.Get<TenantStore>().FindAsync(tenant ?? TenantStore.DefaultId, Patience);
        return new Verifier([WebhookSecret.FromBytes(Node.Get<SecretBox>().Open(row!.SigningSecret))]);
    }

    /// <summary>All deliveries, oldest first.</summary>
    public Task<List<Delivery>> DeliveriesAsync() =>
        ReadAsync(db => db.Deliveries.OrderBy(d => d.JobId).ThenBy(d => d.Seq).ThenBy(d => d.Id));

    public async Task<List<Delivery>> DeliveriesAsync(Job job) => (await DeliveriesAsync()).FindAll(d => d.JobId == job.Id);

    /// <summary>The only delivery.</summary>
    public async Task<Delivery> DeliveryAsync() => Assert.Single(await DeliveriesAsync());

    public async Task<Delivery> DeliveryAsync(Job job) => Assert.Single(await DeliveriesAsync(job));

    /// <summary>All attempts, by delivery and number.</summary>
    public Task<List<Attempt>> AttemptsAsync() => ReadAsync(db => db.Attempts.OrderBy(a => a.DeliveryId).ThenBy(a => a.Number));

    public Task<List<Callback>> CallbacksAsync() => ReadAsync(db => db.Callbacks.OrderBy(c => c.Id));

    public async Task<Receiver> ReceiverAsync(Listener listener)
    {
        var id = Receiver.IdOf(TenantStore.DefaultId, Origin.Of(listener.Url));
        return Assert.Single(await ReadAsync(db => db.Receivers.Where(r => r.Id == id)));
    }

    /// <summary>The rows of all lanes, lane 0 first.</summary>
    public Task<List<Receiver>> LanesAsync(Listener listener)
    {
        var origin = Origin.Of(listener.Url);
        return ReadAsync(db => db.Receivers.Where(r => r.TenantId == TenantStore.DefaultId && r.Origin == origin).OrderBy(r => r.Lane));
    }

    public Task SetLanesAsync(Listener listener, int lanes) => Node.Get<ReceiverStore>().LimitAsync(
        TenantStore.DefaultId, Receiver.IdOf(TenantStore.DefaultId, Origin.Of(listener.Url)),
        limits => limits with { Lanes = lanes == 1 ? null : lanes }, null, Patience);

    public async Task<bool> IsAllDeliveredAsync(Job job) =>
        (await DeliveriesAsync(job)).TrueForAll(d => d.Status == DeliveryStatus.Delivered);

    /// <summary>SQL of a test's own: for what no caller could do.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var db = Node.Database.CreateContext();
        await db.Database.ExecuteSqlRawAsync(sql, Patience);
    }

    /// <summary>Asks now and then, because another process can't ring.</summary>
    public async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await reached())
            await timer.WaitForNextTickAsync(Patience);
    }

    private async Task<List<T>> ReadAsync<T>(Func<WebhooksDb, IQueryable<T>> query)
        where T : class
    {
        await using var db = Node.Database.CreateContext();
        return await query(db).AsNoTracking().ToListAsync(Patience);
    }

    private async Task<Job> StartJobAsync(Id<Job> id, Id<Tenant> tenant, params Asked[] callbacks)
    {
        var job = new Job
        {
            Id = id, TenantId = tenant, Type = "work", Priority = 5, MaxAttempts = 3, DueAt = Now, CreatedAt = Now,
            TimeoutSeconds = 600, TtlSeconds = 3600, Input = "null"u8.ToArray(),
        };
        await Node.Writer.SubmitAsync(job, [.. callbacks.Select(asked => NewCallback(job, asked))]);
        await Node.Writer.ChangeAsync(job.Id, (log, j) =>
        {
            JobTransitions.Start(log, j!, "worker", TimeSpan.FromMinutes(1));
            return Change.Made;
        });
        return job;
    }

    private Callback NewCallback(Job job, Asked asked) => new()
    {
        Id = Id<Callback>.New(Now), TenantId = job.TenantId, JobId = job.Id, Url = asked.Url, Events = asked.Events, CreatedAt = Now,
        ReceiverId = Receiver.IdOf(job.TenantId, Origin.Of(asked.Url)),
        Private = new CallbackPrivate(asked.Secret, asked.Headers).Seal(Node.Get<SecretBox>()), Ordering = asked.Ordering,
        Schedule = asked.Schedule,
    };
}
