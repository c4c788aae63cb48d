using Storage.Jobs;
using Storage.Tests.Databases;
using Storage.Waking;

namespace Storage.Tests.Waking;

internal static class WakingStory
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static JobWatch Watch(this TestStorage storage, Job job) => storage.Get<JobWatches>().Watch(job.Id);

    /// <summary>Waits until the job is known to be that far; one that is never told of fails the test.</summary>
    public static async Task UntilAsync(this JobWatch watch, int version)
    {
        while (watch.Version < version)
            await watch.WaitAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    public static Task RungAsync(this Bell bell) =>
        bell.WaitAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
}
