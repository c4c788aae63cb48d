using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using JobApi.Access;
using JobApi.Http;
using Storage;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Workers;

/// <summary>Reads which claim a call speaks for: the id in the address and the fence in the header.</summary>
internal static class LeaseFence
{
    public static bool TryRead(string id, Caller caller, HttpRequest request, out Held held, [NotNullWhen(false)] out Problem? fault)
    {
        held = default;
        if (!Id<Job>.TryParse(id, out var job))
        {
            fault = Jobs.JobLookUp.NotFound;
            return false;
        }
        var header = request.Headers[WorkerHeaders.LeaseFence];
        if (header.Count != 1 || !long.TryParse(header[0], NumberStyles.None, CultureInfo.InvariantCulture, out var fence) || fence < 1)
        {
            fault = Problem.Malformed($"{WorkerHeaders.LeaseFence}: must be the fence of the claim, a whole number from 1.");
            return false;
        }
        (held, fault) = (new(job, fence, new(caller.Tenant, caller.Types)), null);
        return true;
    }

    public static Problem Stale { get; } = new(
        StatusCodes.Status412PreconditionFailed, ProblemCodes.StaleFence,
        $"{WorkerHeaders.LeaseFence}: the job is not this claim's any more; nothing was changed.");
}
