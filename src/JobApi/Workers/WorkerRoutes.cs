using JobApi.Access;
using JobApi.Http;
using JobApi.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Workers;

/// <summary>The workers' door over HTTP: any program that can post JSON is a worker.</summary>
internal static class WorkerRoutes
{
    /// <summary>A value of 1 MiB and what stands around it, or many small ones.</summary>
    private const int LargestBody = 2 * 1024 * 1024;

    public static void MapWorkers(this IEndpointRouteBuilder routes)
    {
        var workers = routes.MapGroup("/worker").WithTags("Workers").RequireAuthorization(Roles.Worker).Documented()
            .WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        workers.MapPost("/claims", Claim).Produces<ClaimedJobs>().Produces(204).Documented(400, 413, 415, 422);
        var job = workers.MapGroup("/jobs/{id}");
        job.MapPost("/heartbeat", Beat).Produces<HeartbeatReply>().Documented(400, 404, 412, 413, 415, 422);
        job.MapPost("/events", Append).Produces<OutputsReply>().Documented(400, 404, 412, 413, 415, 422);
        job.MapPost("/complete", Complete).Produces<JobDocument>().Documented(400, 404, 412, 413, 415);
        job.MapPost("/fail", Fail).Produces<JobDocument>().Documented(400, 404, 412, 413, 415, 422);
        job.MapPost("/release", Release).Produces<JobDocument>().Documented(400, 404, 412, 413, 415, 422);
        job.MapPost("/canceled", Canceled).Produces<JobDocument>().Documented(400, 404, 412);
    }

    private static async Task<IResult> Claim(
        Body<ClaimJobs> body, HttpContext http, Caller caller, ClaimDesk desk, WorkerDoor door, CancellationToken gone)
    {
        if (!body.TryGet(out var wanted, out var fault) || !WorkerRules.TryRead(wanted, caller, out var claim, out var wait, out fault))
            return fault;
        if (wait > TimeSpan.Zero)
            http.MayTakeItsTime();
        var jobs = await desk.ClaimAsync(claim, wait, gone);
        if (jobs.Count > 0)
            return new ClaimAnswer(jobs, door);
        return claim.IsTurnedAway ? KeyAuthentication.Refused : TypedResults.NoContent();
    }

    private static async Task<IResult> Beat(string id, Body<Heartbeat> body, Caller caller, HttpRequest request, WorkerDoor door, CancellationToken stop)
    {
        if (!LeaseFence.TryRead(id, caller, request, out var held, out var fault)
            || !body.TryGet(new Heartbeat(), out var said, out fault) || !WorkerRules.TryRead(said, out var pulse, out fault))
            return fault;
        return Answer(await door.HeartbeatAsync(held, pulse, stop), (_, now) => TypedResults.Ok(
            new HeartbeatReply { LeaseExpiresAt = now.LeaseExpiresAt, CancelRequested = now.CancelRequested }));
    }

    private static async Task<IResult> Append(string id, Body<AppendOutputs> body, Caller caller, HttpRequest request, WorkerDoor door, CancellationToken stop)
    {
        if (!LeaseFence.TryRead(id, caller, request, out var held, out var fault)
            || !body.TryGet(out var said, out fault) || !WorkerRules.TryRead(said, out var outputs, out fault))
            return fault;
        return Answer<Appended>(await door.AppendAsync(held, outputs, stop), (change, now) => change == Change.Gap
            ? WorkerRules.OutputGap(now.LastClientSeq)
            : TypedResults.Ok(new OutputsReply { LastSeq = now.LastSeq, LastClientSeq = now.LastClientSeq }));
    }

    private static async Task<IResult> Complete(
        string id, Body<CompleteJob> body, Caller caller, HttpRequest request, WorkerDoor door, JobAnswers answers, CancellationToken stop)
    {
        if (!LeaseFence.TryRead(id, caller, request, out var held, out var fault)
            || !body.TryGet(out var said, out fault) || !WorkerRules.TryRead(said, out var result, out fault))
            return fault;
        return Answer(await door.CompleteAsync(held, result, stop), answers);
    }

    private static async Task<IResult> Fail(
        string id, Body<FailJob> body, Caller caller, HttpRequest request, WorkerDoor door, JobAnswers answers, CancellationToken stop)
    {
        if (!LeaseFence.TryRead(id, caller, request, out var held, out var fault)
            || !body.TryGet(out var said, out fault) || !WorkerRules.TryRead(said, out var failure, out fault))
            return fault;
        return Answer(await door.FailAsync(held, failure, stop), answers);
    }

    private static async Task<IResult> Release(
        string id, Body<ReleaseJob> body, Caller caller, HttpRequest request, WorkerDoor door, JobAnswers answers, CancellationToken stop)
    {
        if (!LeaseFence.TryRead(id, caller, request, out var held, out var fault)
            || !body.TryGet(new ReleaseJob(), out var said, out fault) || !WorkerRules.TryRead(said, out var delay, out fault))
            return fault;
        return Answer(await door.ReleaseAsync(held, delay, stop), answers);
    }

    private static async Task<IResult> Canceled(string id, Caller caller, HttpRequest request, WorkerDoor door, JobAnswers answers, CancellationToken stop) =>
        LeaseFence.TryRead(id, caller, request, out var held, out var fault) ? Answer(await door.CanceledAsync(held, stop), answers) : fault;

    private static IResult Answer(Told<Job> told, JobAnswers answers) => Answer(told, (_, job) => answers.Acknowledge(job));

    private static IResult Answer<T>(Told<T> told, Func<Change, T, IResult> answer)
        where T : class => told switch
        {
            { Value: { } value } => answer(told.Change, value),
            { Change: Change.StaleFence } => LeaseFence.Stale,
            _ => JobLookUp.NotFound,
        };
}
