using DeliveryEngine.Sending;
using Microsoft.Extensions.DependencyInjection;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Sql;

namespace DeliveryEngine.Tests.Stage;

/// <summary>What would be one process: an engine with the storage it needs. Turns are taken when a test says so.</summary>
internal sealed class Node(string name, ServiceProvider services, CancellationToken patience) : IAsyncDisposable
{
    public string Name => name;

    public DeliveryEngine Engine => Get<DeliveryEngine>();
    public Sender Sender => Get<Sender>();
    public Database Database => Get<Database>();
    public JobWriter Writer => Get<JobWriter>();
    public DeliveryStore Deliveries => Get<DeliveryStore>();
    public Bell Bell => Get<Bells>().Deliveries;

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>What the host does before it starts.</summary>
    public Task PrepareAsync() => services.PrepareStorageAsync(patience);

    public Task TakeTurnAsync() => Engine.RunOnceAsync(patience);

    /// <summary>Takes turns, each when the bell rings, until nothing is under way.</summary>
    public Task WorkAsync() => WorkUntilAsync(() => Task.FromResult(Engine.IsIdle));

    /// <summary>Takes turns, each when the bell rings, until <paramref name="reached"/> says so.</summary>
    public async Task WorkUntilAsync(Func<Task<bool>> reached)
    {
        await TakeTurnAsync();
        while (!await reached())
        {
            await Bell.WaitAsync(patience);
            await TakeTurnAsync();
        }
    }

    /// <summary>Waits until so many outcomes have come back, without a turn that settles them.</summary>
    public async Task<List<Sent>> ReturnedAsync(int count)
    {
        var outcomes = Sender.Collect();
        while (outcomes.Count < count)
        {
            await Bell.WaitAsync(patience);
            outcomes.AddRange(Sender.Collect());
        }
        Sender.PutBack(outcomes);
        return outcomes;
    }

    /// <summary>True when somebody rang and no turn was taken since; takes the ring.</summary>
    public bool TakeRing()
    {
        using var noMore = new CancellationTokenSource();
        var ring = Bell.WaitAsync(noMore.Token).AsTask();
        noMore.Cancel();
        return ring.IsCompletedSuccessfully;
    }

    /// <summary>Stops as the host would, with patience for what is in flight.</summary>
    public Task StopAsync() => Engine.DrainAsync(patience).WaitAsync(patience);

    public async ValueTask DisposeAsync()
    {
        await Engine.DrainAsync(new CancellationToken(canceled: true)).WaitAsync(patience);
        await services.DisposeAsync();
    }
}
