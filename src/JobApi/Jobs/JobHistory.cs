using JobApi.Access;
using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Jobs;

/// <summary>What a job has said so far, and what came of it.</summary>
internal static class JobHistory
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    public static async Task<Results<JsonBytes, Problem>> Events(
        string id, string? after, string? limit, Caller caller, JobStore jobs, CancellationToken stop)
    {
        var rules = new QueryRules();
        var start = rules.Number("after", after, 0, 0, int.MaxValue);
        var count = rules.Number("limit", limit, DefaultPage, 1, LargestPage);
        if (rules.Fault is { } fault)
            return fault;
        if (!Id<Job>.TryParse(id, out var jobId))
            return JobLookUp.NotFound;
        // The events first: a job that is terminal afterwards had nothing more to say than its version counts.
        var events = await jobs.EventsAsync(jobId, start, count, stop);
        if (await jobs.FindAsync(caller.Tenant, jobId, stop) is not { } job)
            return JobLookUp.NotFound;
        var next = events.Count == 0 ? start : events[^1].Seq;
        return JsonPages.Events(events.Select(e => e.Body), next, job.IsTerminal && next >= job.Version);
    }

    public static async Task<Results<JobAnswer, Problem>> Result(
        string id, Caller caller, JobStore jobs, JobAnswers answers, CancellationToken stop) =>
        await jobs.FindAsync(caller, id, stop) switch
        {
            null => JobLookUp.NotFound,
            { Status: JobStatus.Succeeded } job => new JobAnswer(StatusCodes.Status200OK, job.Version, null, job.Result),
            { IsTerminal: true } job => Problem.Conflict(
                ProblemCodes.JobFailed, $"The job ended as {JobJson.StatusName(job.Status)}, so there is no result."),
            var job => Problem.Conflict(ProblemCodes.JobNotFinished, "The job has not finished yet.", answers.WaitFor(job)),
        };
}
