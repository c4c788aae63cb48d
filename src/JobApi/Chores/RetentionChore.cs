using JobApi.Settings;
using Microsoft.Extensions.Options;
using Storage.Chores;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Operations;
using Storage.Replays;
using Storage.Tenants;

namespace JobApi.Chores;

/// <summary>Removes jobs, deliveries, operations events, replays and signing keys whose time is over, batch by batch; one process does it per tick.</summary>
internal sealed class RetentionChore(
    ChoreClaims chores, Retention jobs, DeliveryRetention deliveries, OperationsRetention operations, ReplayRuns replays, SigningKeyStore keys,
    IOptions<JobsOptions> options)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async Task RunOnceAsync(CancellationToken stop)
    {
        if (await chores.TakeAsync("retention", Every, stop) is not { } due)
            return;
        var (last, batch) = (due - Every, options.Value.RetentionBatch);
        await keys.ForgetEndedAsync(stop);
        await jobs.RunAsync(last, batch, stop);
        await deliveries.RunAsync(last, batch, stop);
        await operations.RunOnceAsync(batch, stop);
        await replays.TidyAsync(stop);
    }
}
