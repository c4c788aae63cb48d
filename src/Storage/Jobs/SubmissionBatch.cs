using Storage.Sql;
using Storage.Tenants;

namespace Storage.Jobs;

/// <summary>Inserts the submissions of one transaction and says what became of each.</summary>
internal sealed class SubmissionBatch
{
    private readonly Dictionary<Id<Job>, Submitted> _outcomes = [];

    public Submitted OutcomeOf(JobWriter.Submission submission) => _outcomes[submission.Job.Id];

    public static async Task<SubmissionBatch> InsertAsync(SqlSession session, JobLog log, List<JobWriter.Submission> submissions)
    {
        var batch = new SubmissionBatch();
        if (submissions.Count == 0)
            return batch;

        var there = await FindEarlierAsync(session, submissions);

        // A key that comes twice in one batch is inserted once; the order of keys is the same for everybody, as with all locks.
        var jobs = submissions.FindAll(s => !there.Contains(s.Job.Id)).ConvertAll(Complete);
        var keyed = jobs.Where(j => j.IdempotencyHash is not null).DistinctBy(KeyOf).OrderBy(KeyOf, StringComparer.Ordinal).ToList();
        var inserted = jobs.Where(j => j.IdempotencyHash is null).Concat(keyed).ToList();
        session.Write(JobStatements.Insert, inserted);
        var holders = await session.ReadAsync(
            JobStatements.FindByKey, keyed,
            row => (Id: row.Id<Job>(), Key: KeyOf(row.Id<Tenant>(), row.Bytes()), Request: row.Bytes()), [], CancellationToken.None);
        var holderOf = holders.ToDictionary(h => h.Key);

        foreach (var submission in submissions)
        {
            if (there.Contains(submission.Job.Id))
            {
                log.EnqueuedBefore(submission.Callbacks);
                batch._outcomes[submission.Job.Id] = new Submitted.Accepted(submission.Job);
                continue;
            }
            Submitted outcome = new Submitted.Accepted(submission.Job);
            if (submission.Job.IdempotencyHash is not null)
            {
                var holder = holderOf[KeyOf(submission.Job)];
                if (holder.Id != submission.Job.Id)
                    outcome = holder.Request.AsSpan().SequenceEqual(submission.Job.RequestHash)
                        ? new Submitted.Replayed(holder.Id)
                        : new Submitted.KeyReused();
            }
            batch._outcomes[submission.Job.Id] = outcome;
            if (outcome is not Submitted.Accepted)
                continue;
            log.Enqueue(submission.Job, submission.Callbacks);
        }
        return batch;
    }

    /// <summary>Those that an earlier run of their transaction made already: its commit was done, and its answer got lost.</summary>
    private static async Task<HashSet<Id<Job>>> FindEarlierAsync(SqlSession session, List<JobWriter.Submission> submissions)
    {
        var tried = submissions.Where(s => s.WasTried).Select(s => s.Job.Id).ToList();
        submissions.ForEach(s => s.WasTried = true);
        return [.. await session.ReadAsync(JobStatements.AreThere, tried, row => row.Id<Job>(), [], CancellationToken.None)];
    }

    private static string KeyOf(Job job) => KeyOf(job.TenantId, job.IdempotencyHash!);

    private static string KeyOf(Id<Tenant> tenant, byte[] hash) => tenant.ToString() + Convert.ToHexString(hash);

    /// <summary>The row as it is after its first event, so that one insert is all that it takes.</summary>
    private static Job Complete(JobWriter.Submission submission)
    {
        var job = submission.Job;
        job.Version = 1;
        job.CallbackCount = submission.Callbacks.Count;
        job.CallbackEvents = submission.Callbacks.Aggregate(EventSet.None, (all, callback) => all | callback.Events);
        return job;
    }
}
