using Storage.Chores;
using Storage.Results;

namespace JobApi.Chores;

/// <summary>Sweeps the store of uploaded results; one process does it per tick.</summary>
internal sealed class ResultChore(ChoreClaims chores, ResultSweep sweep)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    public async Task RunOnceAsync(CancellationToken stop)
    {
        if (await chores.TakeAsync("results", Every, stop) is not null)
            await sweep.RunOnceAsync(stop);
    }
}
