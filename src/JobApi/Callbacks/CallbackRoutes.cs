using JobApi.Access;
using JobApi.Http;
using JobApi.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Callbacks;

/// <summary>Who is told of a job's events. One that is registered late still gets the terminal event.</summary>
internal static class CallbackRoutes
{
    private static readonly Problem NoSuchCallback = Problem.NoSuch("callback");

    public static void MapCallbacks(this IEndpointRouteBuilder routes)
    {
        var callbacks = routes.MapGroup("/jobs/{id}/callbacks").WithTags("Callbacks").RequireAuthorization(Roles.Client).Documented();
        callbacks.MapPost("/", Register).Documented(400, 404, 413, 415, 422);
        callbacks.MapGet("/", List).Documented(404);
        callbacks.MapGet("/{callback}", Read).Documented(404);
        callbacks.MapDelete("/{callback}", Remove).Documented(404);
    }

    private static async Task<Results<Created<CallbackDocument>, Problem>> Register(
        string id, Body<CreateCallback> body, Caller caller, CallbackRules rules, JobStore jobs, JobWriter writer, Links links, TimeProvider clock,
        CancellationToken stop)
    {
        if (await jobs.FindAsync(caller, id, stop) is not { } job)
            return JobLookUp.NotFound;
        if (!body.TryGet(out var wanted, out var fault)
            || !rules.TryMake(wanted, "", job.Id, job.TenantId, clock.GetUtcNow(), out var callback, out fault))
            return fault;
        return await writer.ChangeAsync(job.Id, (log, now) => Add(log, now, callback), stop) switch
        {
            Added.Made => TypedResults.Created(links.To($"/jobs/{job.Id}/callbacks/{callback.Id}"), Document(callback)),
            Added.TooMany => CallbackRules.TooMany,
            _ => JobLookUp.NotFound,
        };
    }

    private static async Task<Results<Ok<Page<CallbackDocument>>, Problem>> List(
        string id, Caller caller, JobStore jobs, CancellationToken stop)
    {
        if (await jobs.FindAsync(caller, id, stop) is not { } job)
            return JobLookUp.NotFound;
        var callbacks = await jobs.CallbacksAsync(job.Id, stop);
        return TypedResults.Ok(new Page<CallbackDocument> { Items = [.. callbacks.OrderByDescending(c => c.Id).Select(Document)] });
    }

    private static async Task<Results<Ok<CallbackDocument>, Problem>> Read(
        string id, string callback, Caller caller, JobStore jobs, CancellationToken stop) =>
        await FindAsync(id, callback, caller, jobs, stop) is { } found ? TypedResults.Ok(Document(found)) : NoSuchCallback;

    private static async Task<Results<Ok<CallbackDocument>, Problem>> Remove(
        string id, string callback, Caller caller, JobStore jobs, JobWriter writer, CancellationToken stop)
    {
        if (await FindAsync(id, callback, caller, jobs, stop) is not { } found)
            return NoSuchCallback;
        var removed = await writer.ChangeAsync(found.JobId, (log, job) =>
        {
            if (job is not null)
                log.Remove(job, found);
            return job is not null;
        }, stop);
        return removed ? TypedResults.Ok(Document(found)) : NoSuchCallback;
    }

    private static Added Add(JobLog log, Job? job, Callback callback)
    {
        if (job is null)
            return Added.NoJob;
        if (job.CallbackCount >= CallbackRules.Most)
            return Added.TooMany;
        log.Add(job, callback);
        return Added.Made;
    }

    private static async Task<Callback?> FindAsync(string id, string callback, Caller caller, JobStore jobs, CancellationToken stop) =>
        Id<Callback>.TryParse(callback, out var wanted) && await jobs.FindAsync(caller, id, stop) is { } job
            ? (await jobs.CallbacksAsync(job.Id, stop)).Find(c => c.Id == wanted)
            : null;

    private static CallbackDocument Document(Callback callback) => new()
    {
        Id = callback.Id.ToString(), Url = callback.Url, Events = [.. callback.Events.ToNames()], Reason = callback.Reason,
        Status = callback.Status == CallbackStatus.Active ? CallbackStatuses.Active : CallbackStatuses.Disabled,
        Ordered = callback.Ordering == Ordering.None ? null : true, OnParked = SendingRules.NameOf(callback.Ordering),
        Schedule = SendingRules.WaitsOf(callback.Schedule),
    };

    private enum Added { Made, TooMany, NoJob }
}
