using System.Collections.Concurrent;
using DeliveryEngine.Tests.Stage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using Storage;
using Storage.Deliveries;

namespace DeliveryEngine.Tests.Beats;

public sealed class The_beats
{
    [Theory, EveryDatabase]
    public async Task Send_what_is_due_without_anybody_ringing(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, forgotten) = (scene.Listen(), scene.Listen("forgotten"));
        await scene.FinishJobAsync(receiver); // rings in this process, but the host has bells of its own
        await scene.FinishJobAsync(forgotten);
        var never = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        await scene.ExecuteAsync($"UPDATE Receivers SET Poked = 0, DueAt = {never} WHERE Origin LIKE '%forgotten%'"); // but by a sweep
        var beats = new Beats();

        await using (var host = BuildHost(scene, beats))
        {
            await host.StartAsync(scene.Patience);
            await Task.WhenAll(
                receiver.ArrivedAsync(1, scene.Patience), forgotten.ArrivedAsync(1, scene.Patience), beats.AllAsync(scene.Patience));
            await host.StopAsync(scene.Patience);
        }

        Assert.All(await scene.DeliveriesAsync(), d => Assert.Equal(DeliveryStatus.Delivered, d.Status));
        Assert.Empty(beats.Failures);
    }

    /// <summary>The host as <c>Program.cs</c> builds it, on the scene's database and clock.</summary>
    private static WebApplication BuildHost(Scene scene, Beats beats)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var configuration = scene.Configure();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(scene.Clock).AddSingleton<Egress.IResolver>(scene.Resolver);
        builder.Services.AddStorage(configuration).AddDeliveryEngine(configuration);
        builder.Services.AddQuartz(q => q.AddJobListener(beats));
        return builder.Build();
    }

    /// <summary>Hears each beat.</summary>
    private sealed class Beats : IJobListener
    {
        private readonly Dictionary<string, TaskCompletionSource> _heard =
            new[] { "DeliveryBeat", "SweepBeat", "ClockBeat" }.ToDictionary(name => name, _ => new TaskCompletionSource());

        public string Name => "beats";

        public ConcurrentQueue<Exception> Failures { get; } = [];

        public Task AllAsync(CancellationToken patience) => Task.WhenAll(_heard.Values.Select(h => h.Task)).WaitAsync(patience);

        public ValueTask JobWasExecuted(
            IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken)
        {
            if (jobException is not null)
                Failures.Enqueue(jobException);
            _heard[context.JobDetail.Key.Name].TrySetResult();
            return default;
        }

        public ValueTask JobToBeExecuted(IJobExecutionContext context, CancellationToken cancellationToken) => default;

        public ValueTask JobExecutionVetoed(IJobExecutionContext context, CancellationToken cancellationToken) => default;
    }
}
