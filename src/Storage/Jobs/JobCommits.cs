using Microsoft.Extensions.Options;
using Storage.Deliveries;
using Storage.Metering;
using Storage.Sql;
using Storage.Waking;

namespace Storage.Jobs;

/// <summary>
/// The one way to commit to the job log: the work and its events in one transaction; then those who watch the jobs, the wakes of receivers, the
/// bells, and the other processes.
/// </summary>
internal sealed class JobCommits(
    Database database, JobJson json, IOptions<RetentionOptions> retention, TimeProvider clock, JobWatches watches, Durations durations, Measures measures,
    Bells bells, Waker waker, Crier crier)
{
    /// <summary>Runs <paramref name="work"/> with a log that is written when it returns. It may be run again after a passing fault.</summary>
    public async Task<T> CommitAsync<T>(Func<SqlSession, JobLog, Task<T>> work, CancellationToken stop)
    {
        var (answer, log) = await database.WriteAsync(
            async session =>
            {
                var log = new JobLog(json, retention.Value, clock.GetUtcNow());
                var answer = await work(session, log);
                await log.WriteAsync(session, stop);
                waker.WakeWithin(session, log.Wakes);
                return (answer, log);
            },
            stop);
        watches.Publish(log.Events);
        measures.Count(log);
        foreach (var ended in log.Ended)
            durations.Observe(ended);
        if (log.MadeJobsDue)
            bells.Jobs.Ring();
        await waker.WakeAfterAsync(log.Wakes);
        if (log.Events.Count > 0 || log.MadeJobsDue || log.Wakes.Any)
            crier.Tell(log.Events, log.MadeJobsDue, log.Wakes.Any);
        return answer;
    }
}
