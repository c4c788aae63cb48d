using Storage;
using Storage.Jobs;

namespace JobApi.Chores;

/// <summary>
/// Ends or re-queues jobs that nobody will: lapsed leases, used-up time, missed deadlines. Then rings, for jobs whose time has come.
/// </summary>
internal sealed class JobChore(JobStore jobs, RetryWaits waits, Bells bells)
{
    private const int Page = 500;

    public async Task RunOnceAsync(CancellationToken stop)
    {
        while (await jobs.TidyAsync(waits, Page, stop) >= Page)
        {
        }
        bells.Jobs.Ring();
    }
}
