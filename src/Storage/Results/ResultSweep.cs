using Storage.Jobs;
using Storage.Sql;

namespace Storage.Results;

/// <summary>
/// Removes bytes that no job has any more: what a crash, a failed attempt or a newer upload left behind. An upload is only ever recorded
/// while its attempt runs, and a fence that was passed never comes back; so bytes that neither a job names nor a running attempt may still
/// record are nobody's for ever, however young they are.
/// </summary>
internal sealed class ResultSweep(Database database, IResultStore store)
{
    private const int Page = 500;

    private static readonly Statement<Id<Job>> Holders = new(
        "SELECT j.Id, j.Status, j.Fence, j.Upload FROM {rows} r, Jobs AS j WHERE j.Id = r.Id",
        Col.Id<Id<Job>, Job>("Id", id => id));

    /// <summary>Looks at everything once, page by page; answers how many it removed.</summary>
    public async Task<int> RunOnceAsync(CancellationToken stop)
    {
        var removed = 0;
        foreach (var page in store.List().Chunk(Page))
        {
            var uploads = new List<Upload>(page.Length);
            foreach (var name in page)
                if (UploadedResult.TryReadName(name, out var job, out var fence)) // what else may lie there isn't ours
                    uploads.Add(new(name, job, fence));
            var jobs = await database.ReadAsync(
                s => s.ReadAsync(Holders, [.. uploads.Select(u => u.Job).Distinct()], Read, [], stop), stop);
            var holders = jobs.ToDictionary(h => h.Job);
            foreach (var upload in uploads.Where(u => !holders.TryGetValue(u.Job, out var holder) || !holder.Keeps(u)))
            {
                store.Delete(upload.Name);
                removed++;
            }
        }
        return removed;
    }

    private static Holder Read(Row row) => new(
        row.Id<Job>(), (JobStatus)row.Int(), row.Long(), UploadedResult.FromColumn(row.MaybeText())?.Name);

    private sealed record Upload(string Name, Id<Job> Job, long Fence);

    private sealed record Holder(Id<Job> Job, JobStatus Status, long Fence, string? Name)
    {
        public bool Keeps(Upload upload) => upload.Name == Name || Status == JobStatus.Running && upload.Fence == Fence;
    }
}
