using JobApi.Settings;
using Microsoft.Extensions.Options;
using Storage.Chores;
using Storage.Jobs;
using Storage.Operations;
using Storage.Replays;
using Storage.Tenants;

namespace JobApi.Chores;

/// <summary>Removes jobs, operations events, replays and signing keys whose time is over, batch by batch; one process does it per tick.</summary>
internal sealed class RetentionChore(
    ChoreClaims chores, Retention retention, OperationsRetention operations, ReplayRuns replays, SigningKeyStore keys,
    IOptions<JobsOptions> options)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async Task RunOnceAsync(CancellationToken stop)
    {
        if (await chores.TakeAsync("retention", Every, stop) is null)
            return;
        await keys.ForgetEndedAsync(stop);
        while (await retention.RunOnceAsync(options.Value.RetentionBatch, stop) == options.Value.RetentionBatch)
        {
        }
        await operations.RunOnceAsync(options.Value.RetentionBatch, stop);
        await replays.TidyAsync(stop);
    }
}
