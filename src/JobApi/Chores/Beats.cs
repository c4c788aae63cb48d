using DeliveryEngine;
using JobApi.Replays;
using Quartz;

namespace JobApi.Chores;

/// <summary>Each second: jobs that nobody will end, and a turn for what no bell told of.</summary>
[DisallowConcurrentExecution]
internal sealed class JobBeat(JobChore chore) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await chore.RunOnceAsync(cancellationToken);
}

/// <summary>Each second: replays that are due.</summary>
[DisallowConcurrentExecution]
internal sealed class ReplayBeat(ReplayChore chore) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await chore.RunOnceAsync(cancellationToken);
}

/// <summary>Each minute, in one process: jobs whose time is over.</summary>
[DisallowConcurrentExecution]
internal sealed class RetentionBeat(RetentionChore chore) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await chore.RunOnceAsync(cancellationToken);
}

/// <summary>Each second: workers that wait, and what was heard of all.</summary>
[DisallowConcurrentExecution]
internal sealed class WorkerBeat(WorkerChore chore) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await chore.RunOnceAsync(cancellationToken);
}

/// <summary>Each ten minutes, in one process: uploaded bytes that no job has any more.</summary>
[DisallowConcurrentExecution]
internal sealed class ResultBeat(ResultChore chore) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await chore.RunOnceAsync(cancellationToken);
}

internal static class BeatRegistration
{
    public static IServiceCollection AddChores(this IServiceCollection services)
    {
        services.AddSingleton<JobChore>();
        services.AddSingleton<WorkerChore>();
        services.AddSingleton<RetentionChore>();
        services.AddSingleton<ReplayChore>();
        services.AddSingleton<ResultChore>();
        return services.AddQuartz(q =>
        {
            q.AddBeat<JobBeat>(TimeSpan.FromSeconds(1));
            q.AddBeat<ReplayBeat>(TimeSpan.FromSeconds(1));
            q.AddBeat<WorkerBeat>(TimeSpan.FromSeconds(1));
            q.AddBeat<RetentionBeat>(RetentionChore.Every);
            q.AddBeat<ResultBeat>(ResultChore.Every);
        });
    }
}
