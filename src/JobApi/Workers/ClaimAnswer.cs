using JobApi.Http;
using Storage.Jobs;

namespace JobApi.Workers;

/// <summary>Claimed jobs on their way to the worker. If it has gone meanwhile, they go back at once instead of when their leases end.</summary>
internal sealed class ClaimAnswer(IReadOnlyList<Job> jobs, WorkerDoor door) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            if (!httpContext.RequestAborted.IsCancellationRequested)
            {
                await new JsonBytes(JobJson.Claimed(jobs)).ExecuteAsync(httpContext);
                await httpContext.Response.CompleteAsync();
            }
        }
        finally
        {
            if (httpContext.RequestAborted.IsCancellationRequested)
                await door.ReleaseAsync(jobs);
        }
    }
}
