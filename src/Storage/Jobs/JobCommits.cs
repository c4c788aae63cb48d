using Microsoft.Extensions.Logging;
using Storage.Sql;
using Storage.Waking;

namespace Storage.Jobs;

/// <summary>
/// The one way to commit to the job log: the work and its events in one transaction; then those who watch the jobs, the wakes of receivers, the
/// bells, and the other processes.
/// </summary>
internal sealed partial class JobCommits(
    Database database, JobJson json, TimeProvider clock, JobWatches watches, Bells bells, Crier crier, ILogger<JobCommits> logger)
{
    /// <summary>Runs <paramref name="work"/> with a log that is written when it returns. It may be run again after a passing fault.</summary>
    public async Task<T> CommitAsync<T>(Func<SqlSession, JobLog, Task<T>> work, CancellationToken stop)
    {
        var (answer, log) = await database.WriteAsync(
            async session =>
            {
                var log = new JobLog(json, clock.GetUtcNow());
                var answer = await work(session, log);
                await log.WriteAsync(session, stop);
                if (database.WritesOneByOne)
                    log.Wakes.Write(session, log.Now);
                return (answer, log);
            },
            stop);
        watches.Publish(log.Events);
        if (log.Wakes.Any && !database.WritesOneByOne)
            await WakeAsync(log);
        if (log.MadeJobsDue)
            bells.Jobs.Ring();
        if (log.Wakes.Any)
            bells.Deliveries.Ring();
        if (log.Events.Count > 0 || log.MadeJobsDue || log.Wakes.Any)
            crier.Tell(log.Events, log.MadeJobsDue, log.Wakes.Any);
        return answer;
    }

    /// <summary>What is lost here, to a crash or a fault, the sweep finds: the work itself is committed and its caller must hear so.</summary>
    private async Task WakeAsync(JobLog log)
    {
        try
        {
            await database.WriteAsync(
                async session =>
                {
                    log.Wakes.Write(session, clock.GetUtcNow());
                    return await session.FlushAsync(CancellationToken.None);
                },
                CancellationToken.None,
                durable: false);
        }
        catch (Exception error) when (error is System.Data.Common.DbException or InvalidOperationException)
        {
            Log.WakeLost(logger, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A wake was lost; the sweep repeats it.")]
        public static partial void WakeLost(ILogger logger, Exception error);
    }
}
