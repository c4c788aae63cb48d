using Quartz;
using Storage;
using Storage.Chores;
using Storage.Deliveries;

namespace DeliveryEngine.Beats;

/// <summary>Each second: a turn, for what no bell told of.</summary>
[DisallowConcurrentExecution]
internal sealed class DeliveryBeat(DeliveryEngine engine) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await engine.RunOnceAsync(cancellationToken);
}

/// <summary>Each minute, in one process: wakes that were lost.</summary>
[DisallowConcurrentExecution]
internal sealed class SweepBeat(ChoreClaims chores, Sweep sweep, TimeProvider clock) : IJob
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (await chores.TakeAsync("sweep", Every, cancellationToken))
            await sweep.RunOnceAsync(clock.GetUtcNow() - Every, cancellationToken);
    }
}

/// <summary>Each minute: the clock follows the database's.</summary>
[DisallowConcurrentExecution]
internal sealed class ClockBeat(DatabaseClock clock, Storage.Sql.Database database) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await clock.FollowAsync(database, cancellationToken);
}
