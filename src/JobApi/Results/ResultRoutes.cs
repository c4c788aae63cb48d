using JobApi.Access;
using JobApi.Http;
using JobApi.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Storage.Jobs;
using Storage.Results;
using Webhooks.Contract;

namespace JobApi.Results;

/// <summary>Results as resources of their own: workers put them, clients get them.</summary>
internal static class ResultRoutes
{
    public static void MapResults(this IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/jobs").WithTags("Jobs").RequireAuthorization(Roles.Client).Documented()
            .MapMethods("/{id}/result", [HttpMethods.Get, HttpMethods.Head], Read)
            .Produces<object>().Produces(StatusCodes.Status206PartialContent).Produces(StatusCodes.Status304NotModified).Documented(404, 409, 410, 412, 416);
        routes.MapGroup("/worker/jobs").WithTags("Workers").RequireAuthorization(Roles.Worker).Documented()
            .MapPut("/{id}/result", Upload)
            .WithMetadata(new DisableRequestSizeLimitAttribute()) // the store counts, and says what is wrong in a sentence of ours
            .Accepts<Stream>("*/*").Produces<ResultReceipt>().Documented(400, 404, 412, 413, 415, 422);
    }

    private static Task<Results<Ok<ResultReceipt>, Problem>> Upload(
        string id, HttpRequest request, Caller caller, ResultUpload upload, CancellationToken stop) => upload.TakeAsync(id, request, caller, stop);

    private static async Task<Results<ResultAnswer, Problem>> Read(
        string id, Caller caller, JobStore jobs, JobAnswers answers, IResultStore store, CancellationToken stop) =>
        await jobs.FindAsync(caller, id, stop) switch
        {
            null => JobLookUp.NotFound,
            { Status: JobStatus.Succeeded } job => new ResultAnswer(job, store),
            { IsTerminal: true } job => Problem.Conflict(
                ProblemCodes.JobFailed, $"The job ended as {JobJson.StatusName(job.Status)}, so there is no result."),
            var job => Problem.Conflict(ProblemCodes.JobNotFinished, "The job has not finished yet.", answers.WaitFor(job)),
        };
}
