using JobApi.Access;
using JobApi.Callbacks;
using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage.Jobs;
using Storage.Operations;
using Webhooks.Contract;

namespace JobApi.Operations;

/// <summary>Where a tenant's administrator is told of parked deliveries, disabled callbacks and troubled receivers.</summary>
internal static class OperationsRoutes
{
    private const string Path = "/operations-callback";

    private static readonly Problem NoCallback = Problem.NoSuch("operations callback");

    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        var operations = routes.MapGroup(Path).WithTags("Operations").RequireAuthorization(Roles.Admin).Documented();
        operations.MapPut("/", Put).Documented(400, 413, 415, 422);
        operations.MapGet("/", Read).Documented(404);
        operations.MapDelete("/", Remove).Documented(404);
    }

    private static async Task<Results<Ok<OperationsCallbackDocument>, Created<OperationsCallbackDocument>, Problem>> Put(
        Body<PutOperationsCallback> body, Caller caller, CallbackRules rules, OperationsCallbacks callbacks, Links links, TimeProvider clock,
        CancellationToken stop)
    {
        if (!body.TryGet(out var wanted, out var fault)
            || !rules.TryMake(wanted, OperationsSequence.LogOf(caller.Tenant), caller.Tenant, clock.GetUtcNow(), out var callback, out fault))
            return fault;
        var (kept, isNew) = await callbacks.PutAsync(callback, stop);
        return isNew ? TypedResults.Created(links.To(Path), Document(kept)) : TypedResults.Ok(Document(kept));
    }

    private static async Task<Results<Ok<OperationsCallbackDocument>, Problem>> Read(
        Caller caller, OperationsCallbacks callbacks, CancellationToken stop) =>
        await callbacks.FindAsync(caller.Tenant, stop) is { } callback ? TypedResults.Ok(Document(callback)) : NoCallback;

    private static async Task<Results<Ok<OperationsCallbackDocument>, Problem>> Remove(
        Caller caller, OperationsCallbacks callbacks, CancellationToken stop) =>
        await callbacks.RemoveAsync(caller.Tenant, stop) is { } callback ? TypedResults.Ok(Document(callback)) : NoCallback;

    private static OperationsCallbackDocument Document(Callback callback) => new()
    {
        Id = callback.Id.ToString(), LogId = callback.JobId.ToString(), Url = callback.Url, ReceiverId = callback.ReceiverId.ToString(),
        Events = [.. callback.Events.ToNames()], Reason = callback.Reason,
        Status = callback.Status == CallbackStatus.Active ? CallbackStatuses.Active : CallbackStatuses.Disabled,
    };
}
