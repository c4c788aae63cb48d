using System.Text;
using DeliveryEngine;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bench;

/// <summary>Deliveries drained from a full queue to loopback receivers, next to what a bare HttpClient does in the same run.</summary>
internal static class Deliveries
{
    private static readonly byte[] Result = Encoding.UTF8.GetBytes($"\"{new string('x', 450)}\"");

    /// <summary>1 KiB POSTs by a plain HttpClient, 64 at once, nothing recorded.</summary>
    public static Task<Figure> RawAsync(LoopbackReceiver receiver, int count)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
        var body = Encoding.UTF8.GetBytes($$"""{"type":"job.succeeded","data":"{{new string('x', 980)}}"}""");
        return Measure.RateAsync(count, () => Measure.InParallelAsync(count, 64, async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = new ByteArrayContent(body) };
            request.Headers.Add("webhook-id", "msg_1");
            using var answer = await client.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
        }));
    }

    /// <summary>Queues deliveries for finished jobs, starts the engine and waits until the receiver has them and the database says so.</summary>
    public static async Task<Figure> DrainAsync(Settings settings, LoopbackReceiver receiver, int count, int receivers)
    {
        using var host = await StandUpAsync(settings);
        await QueueAsync(host.Services, count, i => At(receiver.Url, i % receivers));

        var figure = await Measure.RateAsync(count, async () =>
        {
            var received = receiver.ExpectAsync(count);
            await host.StartAsync();
            await received;
            var engine = host.Services.GetRequiredService<DeliveryEngine.DeliveryEngine>();
            while (!engine.IsIdle) // what is received is not yet settled
                await Task.Delay(1);
        });
        await host.StopAsync();
        return figure;
    }

    /// <summary>Storage and engine as a host that is not started yet, on a database that is up to date.</summary>
    public static async Task<IHost> StandUpAsync(Settings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Values);
        builder.Logging.ClearProviders().AddConsole().AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddDeliveryEngine(builder.Configuration);
        var host = builder.Build();
        await host.Services.PrepareStorageAsync(CancellationToken.None);
        return host;
    }

    /// <summary>The n-th of many receivers: a loopback address of its own.</summary>
    public static string At(string url, int n) => new UriBuilder(url) { Host = $"127.0.{n / 250}.{1 + (n % 250)}" }.Uri.AbsoluteUri;

    /// <summary>Jobs that are finished and owe one delivery each.</summary>
    public static Task QueueAsync(IServiceProvider services, int count, Func<int, string> urlOf) =>
        Measure.InParallelAsync(count, 1000, i => FinishAsync(services, urlOf(i)));

    /// <summary>One job, finished in the commit that owes its delivery.</summary>
    public static async Task<Id<Job>> FinishAsync(IServiceProvider services, string url)
    {
        var (job, callback) = Owing(services.GetRequiredService<TimeProvider>().GetUtcNow(), url);
        await services.GetRequiredService<JobWriter>().SubmitAsync(job, [callback]);
        await FinishAsync(services, job.Id);
        return job.Id;
    }

    public static Task FinishAsync(IServiceProvider services, Id<Job> id) => services.GetRequiredService<JobWriter>().ChangeAsync(id, (log, job) =>
    {
        JobTransitions.Start(log, job!, "bench", TimeSpan.FromMinutes(1));
        return JobTransitions.Succeed(log, job, job!.Fence, Result);
    });

    /// <summary>A job that will owe one delivery.</summary>
    public static (Job Job, Callback Callback) Owing(DateTimeOffset now, string url)
    {
        var id = Id<Job>.New(now);
        var job = new Job
        {
            Id = id, TenantId = TenantStore.DefaultId, Type = "bench", Priority = 5, MaxAttempts = 3, DueAt = now, CreatedAt = now,
            TimeoutSeconds = 600, TtlSeconds = 3600, Input = "null"u8.ToArray(),
        };
        var callback = new Callback
        {
            Id = Id<Callback>.New(now), TenantId = TenantStore.DefaultId, JobId = id, Url = url, CreatedAt = now, Events = EventSet.Terminal,
            ReceiverId = Receiver.IdOf(TenantStore.DefaultId, Origin.Of(url)),
        };
        return (job, callback);
    }
}
