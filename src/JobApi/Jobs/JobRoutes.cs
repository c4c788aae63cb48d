using JobApi.Access;
using JobApi.Callbacks;
using JobApi.Http;
using JobApi.Streams;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Storage;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Jobs;

/// <summary>Submitting, reading, canceling and repeating jobs.</summary>
internal static class JobRoutes
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs").WithTags("Jobs").RequireAuthorization(Roles.Client).Documented();
        jobs.MapPost("/", Submit).Produces<JobDocument>(StatusCodes.Status202Accepted).Produces<JobDocument>().Documented(400, 413, 415, 422, 429);
        jobs.MapGet("/", List).Produces<Page<JobDocument>>().Documented(400);
        jobs.MapGet("/{id}", Read).Produces<JobDocument>().Produces(StatusCodes.Status304NotModified).Documented(400, 404, 429);
        jobs.MapDelete("/{id}", Cancel).Produces<JobDocument>().Produces<JobDocument>(StatusCodes.Status202Accepted).Documented(404);
        jobs.MapPost("/{id}/redrive", Redrive).Produces<JobDocument>(StatusCodes.Status202Accepted).Documented(404, 409, 422);
        jobs.MapGet("/{id}/events", JobHistory.Events).WithMetadata(new TakesStreamToken())
            .Produces<EventPage>().Produces(StatusCodes.Status200OK, contentType: Negotiation.EventStream).Produces(StatusCodes.Status204NoContent)
            .Documented(400, 404, 429);
    }

    private static async Task<IResult> Submit(
        Body<SubmitJob> body, HttpRequest request, Caller caller, CallbackRules rules, JobDoor door, TimeProvider clock, LongPoll poll,
        CancellationToken stop)
    {
        if (!body.TryGet(out var wanted, out var fault)
            || !IdempotencyKey.TryRead(request, wanted, out var key, out fault)
            || !Submission.TryMake(wanted, key, caller, rules, clock.GetUtcNow(), out var submission, out fault))
            return fault;
        return await door.SubmitAsync(submission, caller, poll, stop);
    }

    private static async Task<Results<JobAnswer, Problem>> Read(
        string id, string? after, HttpRequest request, Caller caller, JobStore jobs, JobAnswers answers, LongPoll poll, CancellationToken stop)
    {
        var rules = new QueryRules();
        int? seen = after is null ? null : rules.Number("after", after, 0, 0, int.MaxValue);
        if (rules.Fault is { } fault)
            return fault;
        if (!poll.IsAsked || (seen is null && request.Headers.IfNoneMatch.Count == 0) || !Id<Job>.TryParse(id, out var jobId))
            return await jobs.FindAsync(caller, id, stop) is { } job ? await answers.ShowAsync(job, stop) : JobLookUp.NotFound;
        if (!poll.TryBegin(caller, jobId, out var waiter, out fault))
            return fault;
        using (waiter)
            while (true)
            {
                if (await jobs.FindAsync(caller.Tenant, jobId, stop) is not { } job)
                    return JobLookUp.NotFound;
                if (job.IsTerminal || waiter.IsOver || (seen is { } number ? job.Version > number : !ETags.IsKnown(request, job.Version)))
                    return await answers.ShowAsync(job, stop);
                await waiter.UntilAsync(watch => watch.Version > Math.Max(job.Version, seen ?? 0));
            }
    }

    private static async Task<Results<JsonBytes, Problem>> List(
        [AsParameters] JobQuery query, HttpRequest request, Caller caller, JobStore jobs, JobAnswers answers, CancellationToken stop)
    {
        var rules = new QueryRules(request.Query);
        var filter = query.Read(rules);
        if (rules.Fault is { } fault)
            return fault;
        var found = await jobs.ListAsync(caller.Tenant, filter with { Limit = filter.Limit + 1 }, stop);
        var page = found.Take(filter.Limit).ToList();
        return JsonPages.List(await answers.DocumentsAsync(page, stop), found.Count > page.Count ? Cursor.After(page[^1].Id) : null);
    }

    private static async Task<Results<JobAnswer, Problem>> Cancel(string id, Caller caller, JobDoor door, CancellationToken stop) =>
        Id<Job>.TryParse(id, out var job) ? await door.CancelAsync(caller.Tenant, job, stop) : JobLookUp.NotFound;

    private static async Task<IResult> Redrive(
        string id, HttpRequest request, Caller caller, JobStore jobs, JobDoor door, JobAnswers answers, TimeProvider clock, LongPoll poll,
        CancellationToken stop)
    {
        if (await jobs.FindAsync(caller, id, stop) is not { } done)
            return JobLookUp.NotFound;
        if (!done.IsTerminal)
            return Problem.Conflict(
                ProblemCodes.JobNotFinished, "The job has not finished; only a finished one can be done again.", answers.WaitFor(done));
        if (!IdempotencyKey.TryReadRedrive(request, id, out var key, out var fault))
            return fault;
        var callbacks = await jobs.CallbacksAsync(done.Id, stop);
        return await door.SubmitAsync(Submission.Again(done, callbacks, key, clock.GetUtcNow()), caller, poll, stop);
    }

    /// <summary>The query of <c>GET /jobs</c>.</summary>
    private sealed record JobQuery(
        string? Status, string? Type, [FromQuery(Name = "created_after")] string? CreatedAfter,
        [FromQuery(Name = "created_before")] string? CreatedBefore, string? Limit, string? Cursor)
    {
        public JobFilter Read(QueryRules rules) => new(
            rules.OneOf("status", Status, Enum.GetValues<JobStatus>(), JobJson.StatusName), rules.Text("type", Type, 64),
            rules.Time("created_after", CreatedAfter), rules.Time("created_before", CreatedBefore), rules.After<Job>(Cursor), rules.Limit(Limit));
    }
}
