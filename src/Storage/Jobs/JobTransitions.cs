using Storage.Results;

namespace Storage.Jobs;

/// <summary>
/// The life of a job: <c>pending → running → succeeded | failed | canceled</c>, back to <c>pending</c> for a retry or a release.
/// Every method is one arrow; a terminal job has no arrow out.
/// </summary>
internal static class JobTransitions
{
    /// <summary>A worker takes the job for the length of the lease; the attempt counts from now on.</summary>
    public static void Start(JobLog log, Job job, string worker, TimeSpan lease, bool isLimited = false)
    {
        job.Status = JobStatus.Running;
        job.LeaseSeconds = (int)lease.TotalSeconds;
        job.IsLimited = isLimited;
        job.Attempt++;
        job.Fence++;
        job.OutputSeq = 0;
        job.Worker = worker;
        job.StartedAt ??= log.Now;
        job.AttemptEndsAt = log.Now.AddSeconds(job.TimeoutSeconds);
        Lease(log, job, lease);
        log.Append(job, JobEventType.Started);
    }

    /// <summary>The holder is alive: the lease lasts longer, up to the end of the attempt's time.</summary>
    public static Change Renew(JobLog log, Job? job, long fence, TimeSpan lease, byte[]? save)
    {
        if (Refuses(job, fence) is { } refusal)
            return refusal;
        Lease(log, job!, lease);
        job!.Saved = save ?? job.Saved;
        log.Keep(job);
        return Change.Made;
    }

    /// <summary>Progress is kept at once and becomes an event once a second at most; what is null stays as it was.</summary>
    public static Change Report(JobLog log, Job? job, long fence, double? progress, string? message)
    {
        if (Refuses(job, fence) is { } refusal)
            return refusal;
        job!.Progress = progress ?? job.Progress;
        job.ProgressMessage = message ?? job.ProgressMessage;
        log.Keep(job);
        if (job.ProgressAt is { } last && log.Now - last < TimeSpan.FromSeconds(1))
            return Change.Made;
        job.ProgressAt = log.Now;
        log.Append(job, JobEventType.Progress);
        return Change.Made;
    }

    /// <summary>Partial output; a number that was seen under this fence is not appended again, and none may be left out.</summary>
    public static Change Output(JobLog log, Job? job, long fence, int clientSeq, byte[] data)
    {
        if (Refuses(job, fence) is { } refusal)
            return refusal;
        if (clientSeq <= job!.OutputSeq)
            return Change.Repeated;
        if (clientSeq > job.OutputSeq + 1)
            return Change.Gap;
        job.OutputSeq = clientSeq;
        log.Append(job, JobEventType.Output, data);
        return Change.Made;
    }

    /// <summary>The attempt has uploaded its result; the job succeeds with it unless it is completed with another. A repeat replaces it.</summary>
    public static Change Upload(JobLog log, Job? job, long fence, UploadedResult uploaded)
    {
        if (Refuses(job, fence) is { } refusal)
            return refusal;
        job!.Upload = uploaded;
        log.Keep(job);
        return Change.Made;
    }

    /// <summary>The work is done. Without a result, what the attempt uploaded is it; where it uploaded nothing, it is null.</summary>
    public static Change Succeed(JobLog log, Job? job, long fence, byte[]? result)
    {
        if (job is { Status: JobStatus.Succeeded } && job.Fence == fence)
            return Change.Repeated;
        if (Refuses(job, fence) is { } refusal)
            return refusal;
        job!.Upload = result is null ? job.Upload : null;
        job.Result = result ?? (job.Upload is null ? "null"u8.ToArray() : null);
        job.ErrorCode = job.ErrorMessage = null;
        End(log, job, JobStatus.Succeeded, JobEventType.Succeeded);
        return Change.Made;
    }

    /// <summary>The attempt failed: retried while attempts are left and the fault may pass, else the job has failed.</summary>
    public static Change Fail(JobLog log, Job? job, long fence, AttemptFailure failure, RetryWaits waits)
    {
        if (job is { Status: JobStatus.Failed } && job.Fence == fence)
            return Change.Repeated;
        if (Refuses(job, fence) is { } refusal)
            return refusal;
        EndAttempt(log, job!, failure, waits);
        return Change.Made;
    }

    /// <summary>
    /// The attempt's time is over although its lease was kept: it ends now, whatever the worker wanted to say. False where it isn't.
    /// </summary>
    public static bool EndIfOutOfTime(JobLog log, Job job, long fence, RetryWaits waits)
    {
        if (Refuses(job, fence) is not null || job.AttemptEndsAt > log.Now)
            return false;
        EndAttempt(log, job, TimedOut(job), waits);
        return true;
    }

    /// <summary>The worker gives the job back unworked, as at a deploy: the attempt does not count.</summary>
    public static Change Release(JobLog log, Job? job, long fence, TimeSpan delay)
    {
        if (Refuses(job, fence) is { } refusal)
            return refusal;
        job!.Attempt--;
        if (job.CancelRequestedAt is not null)
            End(log, job, JobStatus.Canceled, JobEventType.Canceled);
        else
            Requeue(log, job, delay);
        return Change.Made;
    }

    /// <summary>Asks for an end: at once where nobody works on it, else the worker is told.</summary>
    public static Change Cancel(JobLog log, Job? job)
    {
        if (job is null)
            return Change.NotFound;
        if (job.IsTerminal || job.CancelRequestedAt is not null)
            return Change.Repeated;
        job.CancelRequestedAt = log.Now;
        if (job.Status == JobStatus.Pending)
            End(log, job, JobStatus.Canceled, JobEventType.Canceled);
        else
            log.Append(job, JobEventType.CancelRequested);
        return Change.Made;
    }

    /// <summary>The worker has stopped because it was asked to.</summary>
    public static Change Canceled(JobLog log, Job? job, long fence)
    {
        if (job is { Status: JobStatus.Canceled } && job.Fence == fence)
            return Change.Repeated;
        if (Refuses(job, fence) is { } refusal)
            return refusal;
        job!.CancelRequestedAt ??= log.Now;
        End(log, job, JobStatus.Canceled, JobEventType.Canceled);
        return Change.Made;
    }

    /// <summary>
    /// The lease ended and nobody renewed it. One that lasted to the end of the attempt's time has timed out; else the worker is gone, which
    /// costs no attempt, but happens to one job only so often: it may be the job that kills its workers.
    /// </summary>
    public static void Lapse(JobLog log, Job job, RetryWaits waits)
    {
        if (job.CancelRequestedAt is not null)
            End(log, job, JobStatus.Canceled, JobEventType.Canceled);
        else if (job.AttemptEndsAt <= job.DueAt)
            EndAttempt(log, job, TimedOut(job), waits);
        else
            LoseWorker(log, job);
    }

    /// <summary>Nobody started the job in time.</summary>
    public static void MissDeadline(JobLog log, Job job)
    {
        job.ErrorCode = "deadline_exceeded";
        job.ErrorMessage = "The job was not started by its start_by.";
        End(log, job, JobStatus.Failed, JobEventType.Failed);
    }

    public static AttemptFailure TimedOut(Job job) => new("timeout", $"The attempt took longer than {job.TimeoutSeconds} s.", true, null);

    /// <summary>Why a worker that names this fence may not speak for the job; null where it may.</summary>
    public static Change? Refuses(Job? job, long fence) =>
        job is null ? Change.NotFound : job.Status != JobStatus.Running || job.Fence != fence ? Change.StaleFence : null;

    private static void Lease(JobLog log, Job job, TimeSpan lease)
    {
        var end = log.Now + lease;
        job.DueAt = end < job.AttemptEndsAt ? end : job.AttemptEndsAt!.Value;
    }

    private static void EndAttempt(JobLog log, Job job, AttemptFailure failure, RetryWaits waits)
    {
        job.ErrorCode = failure.Code;
        job.ErrorMessage = failure.Message;
        if (job.CancelRequestedAt is not null)
            End(log, job, JobStatus.Canceled, JobEventType.Canceled);
        else if (failure.Retryable && job.CountedAttempts < job.MaxAttempts)
            Requeue(log, job, failure.RetryAfter ?? waits.After(job));
        else
            End(log, job, JobStatus.Failed, JobEventType.Failed);
    }

    private static void LoseWorker(JobLog log, Job job)
    {
        job.LostLeases++;
        job.ErrorCode = "worker_lost";
        job.ErrorMessage = "The worker's lease ended without an answer.";
        if (job.LostLeases < job.MaxLostLeases)
            Requeue(log, job, TimeSpan.Zero);
        else
            End(log, job, JobStatus.Failed, JobEventType.Failed);
    }

    private static void Requeue(JobLog log, Job job, TimeSpan wait)
    {
        job.Status = JobStatus.Pending;
        job.Upload = null; // the next attempt begins without it
        job.Worker = null;
        job.AttemptEndsAt = null;
        job.DueAt = log.Now + wait;
        log.Append(job, JobEventType.RetryScheduled);
    }

    private static void End(JobLog log, Job job, JobStatus status, JobEventType type)
    {
        job.Status = status;
        job.Upload = status == JobStatus.Succeeded ? job.Upload : null;
        job.Worker = null;
        job.AttemptEndsAt = null;
        job.FinishedAt = log.Now;
        job.ExpiresAt = log.ExpiryOf(job);
        log.Append(job, type);
        log.FreeSlotOf(job);
    }
}
