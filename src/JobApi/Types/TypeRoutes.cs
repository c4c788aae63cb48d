using JobApi.Access;
using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage.Gates;
using Webhooks.Contract;

namespace JobApi.Types;

/// <summary>Pausing types of job, and limiting how many jobs of a type or of the tenant run at once.</summary>
internal static class TypeRoutes
{
    private const int MostRunning = 1_000_000;

    private static readonly Problem NotFound = Problem.NoSuch("job type");

    public static void MapTypes(this IEndpointRouteBuilder routes)
    {
        var types = routes.MapGroup("/types").WithTags("Types").Documented();
        types.MapGet("/", List).RequireAuthorization(Roles.Client).Documented(400);
        types.MapPut("/{type}", Limit).RequireAuthorization(Roles.Admin).Documented(400, 404, 413, 415, 422);
        types.MapPost("/{type}/pause", Pause).RequireAuthorization(Roles.Admin).Documented(404);
        types.MapPost("/{type}/resume", Resume).RequireAuthorization(Roles.Admin).Documented(404);
        var limits = routes.MapGroup("/limits").WithTags("Types").Documented();
        limits.MapGet("/", ReadTenant).RequireAuthorization(Roles.Client);
        limits.MapPut("/", LimitTenant).RequireAuthorization(Roles.Admin).Documented(400, 413, 415, 422);
    }

    private static async Task<Results<Ok<Page<TypeDocument>>, Problem>> List(
        string? limit, string? cursor, HttpRequest request, Caller caller, TypeList types, CancellationToken stop)
    {
        var rules = new QueryRules(request.Query);
        var (after, count) = (rules.AfterName("types", cursor), rules.Limit(limit));
        if (rules.Fault is { } fault)
            return fault;
        var page = (await types.ReadAsync(caller.Tenant, stop)).Where(t => after is null || string.CompareOrdinal(t.Type, after) > 0).Take(count + 1).ToList();
        return TypedResults.Ok(new Page<TypeDocument>
        {
            Items = [.. page.Take(count)], NextCursor = page.Count > count ? Cursor.AfterName("types", page[count - 1].Type) : null,
        });
    }

    private static async Task<Results<Ok<TypeDocument>, Problem>> Limit(
        string type, Body<Limits> body, Caller caller, GateStore gates, TypeList types, CancellationToken stop)
    {
        if (!JobTypeRule.IsMet(type))
            return NotFound;
        if (!TryRead(body, out var limits, out var fault))
            return fault!;
        await gates.LimitAsync(new(caller.Tenant, type), limits!.MaxRunning, stop);
        return TypedResults.Ok(await types.ReadAsync(caller.Tenant, type, stop));
    }

    private static Task<Results<Ok<TypeDocument>, Problem>> Pause(string type, Caller caller, GateStore gates, TypeList types, CancellationToken stop) =>
        ChangeAsync(type, caller, queue => gates.PauseAsync(queue, stop), types, stop);

    private static Task<Results<Ok<TypeDocument>, Problem>> Resume(string type, Caller caller, GateStore gates, TypeList types, CancellationToken stop) =>
        ChangeAsync(type, caller, queue => gates.ResumeAsync(queue, stop), types, stop);

    private static async Task<Ok<Limits>> ReadTenant(Caller caller, GateStore gates, CancellationToken stop)
    {
        var (found, _) = await gates.ReadAsync(caller.Tenant, stop);
        return TypedResults.Ok(new Limits { MaxRunning = found.SingleOrDefault(g => g.Type == Gate.WholeTenant)?.MaxRunning });
    }

    private static async Task<Results<Ok<Limits>, Problem>> LimitTenant(Body<Limits> body, Caller caller, GateStore gates, CancellationToken stop)
    {
        if (!TryRead(body, out var limits, out var fault))
            return fault!;
        await gates.LimitAsync(JobQueue.Whole(caller.Tenant), limits!.MaxRunning, stop);
        return TypedResults.Ok(limits);
    }

    private static async Task<Results<Ok<TypeDocument>, Problem>> ChangeAsync(
        string type, Caller caller, Func<JobQueue, Task<Gate>> change, TypeList types, CancellationToken stop)
    {
        if (!JobTypeRule.IsMet(type))
            return NotFound;
        await change(new(caller.Tenant, type));
        return TypedResults.Ok(await types.ReadAsync(caller.Tenant, type, stop));
    }

    private static bool TryRead(Body<Limits> body, out Limits? limits, out Problem? fault)
    {
        if (!body.TryGet(out limits, out fault))
            return false;
        fault = limits.MaxRunning is < 1 or > MostRunning ? Problem.Refused($"max_running: must be from 1 to {MostRunning}, or null for no limit.") : null;
        return fault is null;
    }
}
