using JobApi.Access;
using JobApi.Http;
using Storage;
using Storage.Jobs;

namespace JobApi.Jobs;

/// <summary>Finding the caller's own jobs by the text in an address.</summary>
internal static class JobLookUp
{
    public static Problem NotFound { get; } = Problem.NoSuch("job");

    /// <summary>Null where the id is malformed, unknown or another tenant's.</summary>
    public static async Task<Job?> FindAsync(this JobStore jobs, Caller caller, string id, CancellationToken stop) =>
        Id<Job>.TryParse(id, out var job) ? await jobs.FindAsync(caller.Tenant, job, stop) : null;
}
