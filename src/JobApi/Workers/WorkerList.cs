using JobApi.Access;
using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage.Workers;
using Webhooks.Contract;

namespace JobApi.Workers;

/// <summary><c>GET /workers</c>: who is there, remote or in a process of the service.</summary>
internal static class WorkerList
{
    private const string Name = "workers";

    public static void MapWorkerList(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/workers").WithTags("Workers").RequireAuthorization(Roles.Client).Documented().MapGet("/", List).Documented(400);

    private static async Task<Results<Ok<Page<WorkerDocument>>, Problem>> List(
        string? limit, string? cursor, HttpRequest request, Caller caller, WorkerStore workers, TimeProvider clock, CancellationToken stop)
    {
        var rules = new QueryRules(request.Query);
        var (after, count) = (rules.AfterName(Name, cursor), rules.Limit(limit));
        if (rules.Fault is { } fault)
            return fault;
        var now = clock.GetUtcNow();
        var page = await workers.ListAsync(caller.Tenant, after, count + 1, stop);
        return TypedResults.Ok(new Page<WorkerDocument>
        {
            Items = [.. page.Take(count).Select(w => Document(w.Worker, w.Held, now))],
            NextCursor = page.Count > count ? Cursor.AfterName(Name, page[count - 1].Worker.Name) : null,
        });
    }

    private static WorkerDocument Document(Worker worker, int held, DateTimeOffset now) => new()
    {
        Id = worker.Name, Types = worker.TypeList, Version = worker.Version, InProcess = worker.IsInProcess, Live = worker.LiveUntil > now,
        FirstSeenAt = worker.FirstSeenAt, LastSeenAt = worker.LastSeenAt, Held = held, Finished = worker.Finished, Failed = worker.Failed,
    };
}
