using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Jobs;

public sealed class Removing_a_callback
{
    [Theory, EveryDatabase]
    public async Task Twice_counts_once_whether_together_or_one_after_the_other(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = storage.NewJob();
        var (first, second) = (storage.NewCallback(job), storage.NewCallback(job));
        await storage.SubmitAsync(job, first, second);
        // Each caller looked at the callback before it was removed.
        var seen = await storage.Jobs.CallbacksAsync(job.Id, storage.Stop);
        var again = await storage.Jobs.CallbacksAsync(job.Id, storage.Stop);

        await Task.WhenAll(RemoveAsync(seen), RemoveAsync(again), RemoveAsync(seen));
        await RemoveAsync(again);

        Assert.Equal(1, (await storage.FindAsync(job.Id)).CallbackCount);
        Assert.Equal(second.Id, Assert.Single(await storage.Jobs.CallbacksAsync(job.Id, storage.Stop)).Id);

        Task<bool> RemoveAsync(List<Callback> callbacks) => storage.Writer.ChangeAsync(job.Id, (log, now) =>
        {
            log.Remove(now!, callbacks.Single(c => c.Id == first.Id));
            return true;
        });
    }
}
