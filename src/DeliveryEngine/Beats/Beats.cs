using Quartz;
using Storage;
using Storage.Chores;
using Storage.Deliveries;

namespace DeliveryEngine.Beats;

/// <summary>Each second: a turn, for what no bell told of.</summary>
[DisallowConcurrentExecution]
internal sealed class DeliveryBeat(DeliveryEngine engine) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await engine.BeatAsync(cancellationToken);
}

/// <summary>Each minute, in one process: wakes that were lost.</summary>
[DisallowConcurrentExecution]
internal sealed class SweepBeat(ChoreClaims chores, Sweep sweep) : IJob
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        // The tick was due a period after the last sweep, so that is where this one begins, however long nobody ran.
        if (await chores.TakeAsync("sweep", Every, cancellationToken) is { } due)
            await sweep.RunOnceAsync(due - Every, cancellationToken);
    }
}

/// <summary>Each minute, in one process: rows of receivers and URLs that nobody needs any more, a few pages at a time.</summary>
[DisallowConcurrentExecution]
internal sealed class IdleBeat(ChoreClaims chores, IdleReceivers idle) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private const int Pages = 10;
    private const int Page = 1000;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (await chores.TakeAsync("idle_receivers", Every, cancellationToken) is null)
            return;
        for (var page = 0; page < Pages; page++)
            await idle.RunOnceAsync(Page, cancellationToken);
    }
}

/// <summary>Each minute: the clock follows the database's.</summary>
[DisallowConcurrentExecution]
internal sealed class ClockBeat(DatabaseClock clock, Storage.Sql.Database database) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await clock.FollowAsync(database, cancellationToken);
}
