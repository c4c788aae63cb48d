using JobApi.Access;
using JobApi.Http;
using JobApi.Streams;
using JobApi.Throttling;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage.Jobs;
using Storage.Tenants;
using Storage;
using Webhooks.Contract;
using Webhooks.Workers;

namespace JobApi.Jobs;

/// <summary>Where requests become changes: a job is durable before its caller hears of it.</summary>
internal sealed class JobDoor(JobWriter writer, JobStore jobs, JobAnswers answers, PendingQuota quota, JobWorker worker)
{
    private static readonly TimeSpan WaitAtQuota = TimeSpan.FromSeconds(5);

    public async Task<Results<JobAnswer, Problem>> SubmitAsync(Submission submission, Caller caller, LongPoll poll, CancellationToken stop)
    {
        Submitted submitted;
        using (var place = await quota.TryTakeAsync(caller.Tenant, stop))
        {
            // At the quota, a request that was accepted before is still answered with its job.
            if (place is null && !await jobs.KnowsKeyAsync(submission.Job, stop))
                return TooMany.PendingJobs(quota.Most, WaitAtQuota);
            submitted = await writer.SubmitAsync(submission.Job, submission.Callbacks, stop);
        }
        return await AnswerAsync(submitted, submission, caller, poll, stop);
    }

    private async Task<Results<JobAnswer, Problem>> AnswerAsync(
        Submitted submitted, Submission submission, Caller caller, LongPoll poll, CancellationToken stop) =>
        submitted switch
        {
            Submitted.Accepted accepted => await answers.AcceptAsync(await LaterAsync(accepted.Job, caller, poll, stop), replayed: false, poll, stop),
            Submitted.Replayed earlier when await jobs.FindAsync(submission.Job.TenantId, earlier.JobId, stop) is { } job =>
                await answers.AcceptAsync(await LaterAsync(job, caller, poll, stop), replayed: true, poll, stop),
            Submitted.Replayed => Problem.Conflict(
                "idempotency_key_undecided", "Idempotency-Key: its job is just being removed; try again.", TimeSpan.FromSeconds(1)),
            _ => Problem.Refused("Idempotency-Key: stands for a job that was made by another request.", ProblemCodes.IdempotencyKeyReused),
        };

    /// <summary>The job once it has ended, or as it is when the caller has waited long enough. Where too many wait already, it is accepted all the same.</summary>
    private async Task<Job> LaterAsync(Job job, Caller caller, LongPoll poll, CancellationToken stop)
    {
        if (job.IsTerminal || !poll.IsAsked || !poll.TryBegin(caller, job.Id, out var waiter, out _))
            return job;
        using (waiter)
        {
            if (await jobs.HeadAsync(caller.Tenant, job.Id, stop) is { Ended: false })
                await waiter.UntilAsync(watch => watch.Ended);
        }
        return await jobs.FindAsync(caller.Tenant, job.Id, stop) ?? job;
    }

    /// <summary>Settled at once, or asked of whoever runs it; one that runs in this process hears of it now.</summary>
    public async Task<Results<JobAnswer, Problem>> CancelAsync(Id<Tenant> tenant, Id<Job> id, CancellationToken stop)
    {
        var found = await writer.ChangeAsync(id, (log, job) =>
        {
            if (job is null || job.TenantId != tenant)
                return Found.None;
            JobTransitions.Cancel(log, job);
            return new Found(job);
        }, stop);
        if (found.Job is not { } job)
            return JobLookUp.NotFound;
        if (!job.IsTerminal)
            worker.Cancel(id.ToString());
        return await answers.ShowAsync(job, stop, job.IsTerminal ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private sealed record Found(Job? Job)
    {
        public static Found None { get; } = new((Job?)null);
    }
}
