using JobApi.Access;
using JobApi.Http;
using JobApi.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage;
using Storage.Jobs;
using Storage.Operations;
using Storage.Replays;
using Webhooks.Contract;
using ReplayFilter = Storage.Replays.ReplayFilter;

namespace JobApi.Replays;

/// <summary>Sending many deliveries again, and watching over it.</summary>
internal static class ReplayRoutes
{
    private static readonly Problem NoSuchReplay = Problem.NoSuch("replay");
    private static readonly Problem Finished = Problem.Conflict("replay_finished", "The replay is completed or canceled already.");

    public static void MapReplays(this IEndpointRouteBuilder routes)
    {
        var replays = routes.MapGroup("/replays").WithTags("Replays").RequireAuthorization(Roles.Client).Documented();
        replays.MapPost("/", Start).RequireAuthorization(Roles.Admin).Documented(400, 404, 413, 415, 422);
        replays.MapGet("/", List).Documented(400);
        replays.MapGet("/{id}", Read).Documented(404);
        replays.MapPost("/{id}/pause", Pause).RequireAuthorization(Roles.Admin).Documented(404, 409);
        replays.MapPost("/{id}/resume", Resume).RequireAuthorization(Roles.Admin).Documented(404, 409);
        replays.MapPost("/{id}/cancel", Cancel).RequireAuthorization(Roles.Admin).Documented(404);
    }

    private static async Task<Results<Accepted<ReplayDocument>, Ok<ReplayCount>, Problem>> Start(
        Body<CreateReplay> body, HttpRequest request, Caller caller, ReplayStore replays, JobStore jobs, Links links, TimeProvider clock,
        CancellationToken stop)
    {
        if (!body.TryGet(out var wanted, out var fault) || !IdempotencyKey.TryRead(request, wanted, out var key, out fault)
            || !ReplayRules.TryMake(wanted, key, caller.Tenant, clock.GetUtcNow(), out var replay, out fault))
            return fault;
        if (replay.JobId is { } job && job != OperationsSequence.LogOf(caller.Tenant) && await jobs.FindAsync(caller.Tenant, job, stop) is null)
            return JobLookUp.NotFound;
        replay.Matched = await replays.CountAsync(ReplayFilter.Of(replay), stop);
        if (wanted.DryRun == true)
            return TypedResults.Ok(new ReplayCount { Count = replay.Matched, Filter = ReplayDocuments.FilterOf(replay) });
        return await replays.AddAsync(replay, stop) switch
        {
            Asked.Accepted accepted => Accept(accepted.Replay),
            Asked.Repeated earlier => Repeat(earlier.Replay),
            _ => Problem.Refused("Idempotency-Key: stands for a replay that was asked for by another request.", ProblemCodes.IdempotencyKeyReused),
        };

        Accepted<ReplayDocument> Repeat(Replay known)
        {
            request.HttpContext.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
            return Accept(known);
        }

        Accepted<ReplayDocument> Accept(Replay known) => TypedResults.Accepted(links.To($"/replays/{known.Id}"), ReplayDocuments.Of(known));
    }

    private static async Task<Results<Ok<Page<ReplayDocument>>, Problem>> List(
        string? limit, string? cursor, HttpRequest request, Caller caller, ReplayStore replays, CancellationToken stop)
    {
        var rules = new QueryRules(request.Query);
        var (before, count) = (rules.After<Replay>(cursor), rules.Limit(limit));
        if (rules.Fault is { } fault)
            return fault;
        var found = await replays.ListAsync(caller.Tenant, before, count + 1, stop);
        var page = found.Take(count).ToList();
        return TypedResults.Ok(new Page<ReplayDocument>
        {
            Items = [.. page.Select(ReplayDocuments.Of)], NextCursor = found.Count > page.Count ? Cursor.After(page[^1].Id) : null,
        });
    }

    private static async Task<Results<Ok<ReplayDocument>, Problem>> Read(string id, Caller caller, ReplayStore replays, CancellationToken stop) =>
        Id<Replay>.TryParse(id, out var replay) ? Show(await replays.FindAsync(caller.Tenant, replay, stop)) : NoSuchReplay;

    private static async Task<Results<Ok<ReplayDocument>, Problem>> Pause(string id, Caller caller, ReplayStore replays, CancellationToken stop) =>
        Id<Replay>.TryParse(id, out var replay) ? ShowUnlessFinished(await replays.PauseAsync(caller.Tenant, replay, stop)) : NoSuchReplay;

    private static async Task<Results<Ok<ReplayDocument>, Problem>> Resume(string id, Caller caller, ReplayStore replays, CancellationToken stop) =>
        Id<Replay>.TryParse(id, out var replay) ? ShowUnlessFinished(await replays.ResumeAsync(caller.Tenant, replay, stop)) : NoSuchReplay;

    private static async Task<Results<Ok<ReplayDocument>, Problem>> Cancel(string id, Caller caller, ReplayStore replays, CancellationToken stop) =>
        Id<Replay>.TryParse(id, out var replay) ? Show(await replays.CancelAsync(caller.Tenant, replay, stop)) : NoSuchReplay;

    private static Results<Ok<ReplayDocument>, Problem> ShowUnlessFinished(Replay? replay) => replay is { IsFinished: true } ? Finished : Show(replay);

    private static Results<Ok<ReplayDocument>, Problem> Show(Replay? replay) =>
        replay is null ? NoSuchReplay : TypedResults.Ok(ReplayDocuments.Of(replay));
}
