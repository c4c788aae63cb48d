using Storage.Jobs;
using Storage.Results;
using Storage.Workers;

namespace JobApi.Workers;

/// <summary>
/// All that a worker may say about a job that it holds, whether it says it over HTTP or in this process. Whatever names another claim than the
/// present one changes nothing. A caller who waits no longer (<c>stop</c>) does not know what became of it, and says it again.
/// </summary>
internal sealed class WorkerDoor(JobWriter writer, RetryWaits waits, WorkerBook book)
{
    /// <summary>The worker is alive: the lease begins anew, and what it says is kept.</summary>
    public async Task<Told<Renewed>> HeartbeatAsync(Held held, Pulse pulse, CancellationToken stop = default)
    {
        var told = await TellAsync(held, (log, job) =>
        {
            var change = JobTransitions.Renew(log, job, held.Fence, pulse.Lease ?? TimeSpan.FromSeconds(job.LeaseSeconds), pulse.Checkpoint);
            if (change != Change.Made)
                return Told<Beat>.Refused(change);
            if (pulse.Progress is not null || pulse.Message is not null)
                JobTransitions.Report(log, job, held.Fence, pulse.Progress, pulse.Message);
            return new(change, new(job, new(job.DueAt, job.CancelRequestedAt is not null)));
        }, stop);
        if (told.Value is not { } beat)
            return Told<Renewed>.Refused(told.Change);
        book.Holds(beat.Job);
        return new(told.Change, beat.Reply);
    }

    /// <summary>
    /// Appends outputs with numbers in a row: those that are new, or none where one before them is missing. The answer says where the fence has come to.
    /// </summary>
    public Task<Told<Appended>> AppendAsync(Held held, IReadOnlyList<Output> outputs, CancellationToken stop = default) => TellAsync(held, (log, job) =>
    {
        if (JobTransitions.Refuses(job, held.Fence) is { } refusal)
            return Told<Appended>.Refused(refusal);
        if (outputs[0].ClientSeq > job.OutputSeq + 1)
            return new(Change.Gap, new(job.Version, job.OutputSeq));
        foreach (var output in outputs)
            JobTransitions.Output(log, job, held.Fence, output.ClientSeq, output.Data);
        return new(Change.Made, new(job.Version, job.OutputSeq));
    }, stop);

    /// <summary>The result was uploaded: the job's, unless the claim ends otherwise. A repeat takes the place of the one before.</summary>
    public Task<Told<Recorded>> UploadAsync(Held held, UploadedResult uploaded) => TellAsync(held, (log, job) =>
    {
        // An earlier run of this work committed it, and the answer got lost: it has replaced nothing that could be removed, least of all itself.
        if (job.Upload?.Name == uploaded.Name)
            return new(Change.Repeated, new(null));
        var before = job.Upload;
        var change = JobTransitions.Upload(log, job, held.Fence, uploaded);
        return change == Change.Made ? new(change, new(before)) : Told<Recorded>.Refused(change);
    });

    /// <summary>The work is done, with this result or with the uploaded one. The same claim may say so again.</summary>
    public Task<Told<Job>> CompleteAsync(Held held, byte[]? result, CancellationToken stop = default) =>
        EndAsync(held, isResult: true, (log, job) => JobTransitions.Succeed(log, job, held.Fence, result), stop);

    /// <summary>The attempt failed; what follows is the job's own policy.</summary>
    public Task<Told<Job>> FailAsync(Held held, AttemptFailure failure, CancellationToken stop = default) =>
        EndAsync(held, isResult: false, (log, job) => JobTransitions.Fail(log, job, held.Fence, failure, waits), stop);

    /// <summary>The job is given back unworked.</summary>
    public Task<Told<Job>> ReleaseAsync(Held held, TimeSpan delay, CancellationToken stop = default) =>
        EndAsync(held, isResult: null, (log, job) => JobTransitions.Release(log, job, held.Fence, delay), stop);

    /// <summary>The worker has stopped because it was asked to.</summary>
    public Task<Told<Job>> CanceledAsync(Held held, CancellationToken stop = default) =>
        EndAsync(held, isResult: null, (log, job) => JobTransitions.Canceled(log, job, held.Fence), stop);

    /// <summary>Gives back what was claimed for somebody who is gone.</summary>
    public Task ReleaseAsync(IEnumerable<Job> claimed) =>
        Task.WhenAll(claimed.Select(job => ReleaseAsync(new Held(job.Id, job.Fence, Reach.Everything), TimeSpan.Zero)));

    private async Task<Told<Job>> EndAsync(Held held, bool? isResult, Func<JobLog, Job, Change> arrow, CancellationToken stop)
    {
        var told = await TellAsync(held, (log, job) =>
        {
            var worker = job.Worker;
            var change = arrow(log, job);
            return change is Change.Made or Change.Repeated ? new(change, new(job, worker)) : Told<Ended>.Refused(change);
        }, stop);
        if (told is { Change: Change.Made, Value: { Worker: { } name } ended } && isResult is { } finished)
            book.Ends(ended.Job, name, finished);
        return new(told.Change, told.Value?.Job);
    }

    private Task<Told<T>> TellAsync<T>(Held held, Func<JobLog, Job, Told<T>> tell, CancellationToken stop = default)
        where T : class => writer.ChangeAsync(held.Job, (log, job) =>
        {
            if (job is null || !held.Reach.Sees(job))
                return Told<T>.Refused(Change.NotFound);
            return JobTransitions.EndIfOutOfTime(log, job, held.Fence, waits) ? Told<T>.Refused(Change.StaleFence) : tell(log, job);
        }, stop);

    private sealed record Beat(Job Job, Renewed Reply);

    private sealed record Ended(Job Job, string? Worker);
}
