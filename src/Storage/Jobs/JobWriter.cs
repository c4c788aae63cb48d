using Storage.Sql;

namespace Storage.Jobs;

/// <summary>What came of a submission.</summary>
internal abstract record Submitted
{
    private Submitted() { }

    internal sealed record Accepted(Job Job) : Submitted;

    /// <summary>The key stands for a job that exists; same request.</summary>
    internal sealed record Replayed(Id<Job> JobId) : Submitted;

    /// <summary>The key stands for a job that was made by another request.</summary>
    internal sealed record KeyReused : Submitted;
}

/// <summary>The one writer of this process for submissions and changes of jobs: many callers, one transaction.</summary>
internal sealed class JobWriter : IAsyncDisposable
{
    private readonly JobCommits _commits;
    private readonly GroupCommit<Entry, object> _waiting;

    public JobWriter(JobCommits commits)
    {
        _commits = commits;
        _waiting = new(CommitAsync, most: 500);
    }

    /// <summary>Makes a job durable, or finds the one that its idempotency key already stands for.</summary>
    /// <param name="job">What is asked for.</param>
    /// <param name="callbacks">Who is told.</param>
    /// <param name="stop">The caller waits no longer: what is not begun isn't done, of the rest nobody knows.</param>
    public async Task<Submitted> SubmitAsync(Job job, IReadOnlyList<Callback> callbacks, CancellationToken stop = default) =>
        (Submitted)await _waiting.CommitAsync(new Submission(job, callbacks), stop);

    /// <summary>
    /// Changes one job under its row lock. <paramref name="apply"/> gets the job as it is now, or null where there is none; it may be run again
    /// and must do nothing but change the job, append to the log and answer.
    /// </summary>
    public async Task<TResult> ChangeAsync<TResult>(Id<Job> id, Func<JobLog, Job?, TResult> apply, CancellationToken stop = default)
        where TResult : notnull => (TResult)await _waiting.CommitAsync(new Edit(id, (log, job) => apply(log, job)), stop);

    public ValueTask DisposeAsync() => _waiting.DisposeAsync();

    private Task<IReadOnlyList<object>> CommitAsync(IReadOnlyList<Entry> batch) =>
        _commits.CommitAsync((session, log) => WriteAsync(session, log, batch), CancellationToken.None);

    private static async Task<IReadOnlyList<object>> WriteAsync(SqlSession session, JobLog log, IReadOnlyList<Entry> batch)
    {
        var submissions = await SubmissionBatch.InsertAsync(session, log, [.. batch.OfType<Submission>()]);
        var jobs = await LockAsync(session, batch);
        return [.. batch.Select(entry => entry switch
        {
            Edit edit => edit.Apply(log, jobs.GetValueOrDefault(edit.Id)),
            Submission submission => submissions.OutcomeOf(submission),
            _ => throw new NotSupportedException(),
        })];
    }

    private static async Task<Dictionary<Id<Job>, Job>> LockAsync(SqlSession session, IReadOnlyList<Entry> batch)
    {
        var ids = batch.OfType<Edit>().Select(e => e.Id).Distinct().Order().ToList();
        return (await session.ReadAsync(JobStatements.Lock, ids, JobStatements.Read, [], CancellationToken.None)).ToDictionary(j => j.Id);
    }

    internal abstract record Entry;

    internal sealed record Submission(Job Job, IReadOnlyList<Callback> Callbacks) : Entry
    {
        /// <summary>A transaction has tried to insert it; whether it did is not known when it is tried again.</summary>
        public bool WasTried { get; set; }
    }

    private sealed record Edit(Id<Job> Id, Func<JobLog, Job?, object> Apply) : Entry;
}
