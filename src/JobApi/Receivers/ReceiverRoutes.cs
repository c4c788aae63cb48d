using JobApi.Access;
using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage;
using Storage.Deliveries;
using Webhooks.Contract;

namespace JobApi.Receivers;

/// <summary>Receivers as administrators see, hold and limit them. What they change, the receiver's owner sees with its next turn.</summary>
internal static class ReceiverRoutes
{
    private const int LongestOrigin = 300;

    private static readonly Problem NoSuchReceiver = Problem.NoSuch("receiver");

    public static void MapReceivers(this IEndpointRouteBuilder routes)
    {
        var receivers = routes.MapGroup("/receivers").WithTags("Receivers").RequireAuthorization(Roles.Client).Documented();
        receivers.MapGet("/", List).Documented(400);
        receivers.MapGet("/{id}", Read).Documented(404);
        receivers.MapPost("/{id}/pause", Pause).RequireAuthorization(Roles.Admin).Documented(404);
        receivers.MapPost("/{id}/resume", Resume).RequireAuthorization(Roles.Admin).Documented(404);
        receivers.MapPatch("/{id}", Patch).RequireAuthorization(Roles.Admin).Documented(400, 404, 413, 415, 422);
    }

    private static async Task<Results<Ok<Page<ReceiverDocument>>, Problem>> List(
        string? status, string? origin, string? limit, string? cursor, HttpRequest request, Caller caller, ReceiverStore receivers, TimeProvider clock,
        CancellationToken stop)
    {
        var rules = new QueryRules(request.Query);
        var filter = new ReceiverFilter(
            rules.OneOf("status", status, Enum.GetValues<ReceiverStatus>(), ReceiverDocuments.NameOf), rules.Text("origin", origin, LongestOrigin),
            rules.After<Receiver>(cursor), rules.Limit(limit));
        if (rules.Fault is { } fault)
            return fault;
        var found = await receivers.ListAsync(caller.Tenant, filter with { Limit = filter.Limit + 1 }, stop);
        var page = found.Take(filter.Limit).ToList();
        var now = clock.GetUtcNow();
        return TypedResults.Ok(new Page<ReceiverDocument>
        {
            Items = [.. page.Select(view => ReceiverDocuments.Of(view, now))],
            NextCursor = found.Count > page.Count ? Cursor.After(page[^1].Main.Id) : null,
        });
    }

    private static async Task<Results<Ok<ReceiverDocument>, Problem>> Read(
        string id, Caller caller, ReceiverStore receivers, TimeProvider clock, CancellationToken stop) =>
        Answer(Id<Receiver>.TryParse(id, out var receiver) ? await receivers.FindAsync(caller.Tenant, receiver, stop) : null, clock);

    private static async Task<Results<Ok<ReceiverDocument>, Problem>> Pause(
        string id, Caller caller, ReceiverStore receivers, TimeProvider clock, CancellationToken stop) =>
        Answer(Id<Receiver>.TryParse(id, out var receiver) ? await receivers.PauseAsync(caller.Tenant, receiver, stop) : null, clock);

    private static async Task<Results<Ok<ReceiverDocument>, Problem>> Resume(
        string id, Caller caller, ReceiverStore receivers, TimeProvider clock, CancellationToken stop) =>
        Answer(Id<Receiver>.TryParse(id, out var receiver) ? await receivers.ResumeAsync(caller.Tenant, receiver, stop) : null, clock);

    private static async Task<Results<Ok<ReceiverDocument>, Problem>> Patch(
        string id, Body<PatchReceiver> body, Caller caller, ReceiverStore receivers, TimeProvider clock, CancellationToken stop)
    {
        if (!Id<Receiver>.TryParse(id, out var receiver) || await receivers.FindAsync(caller.Tenant, receiver, stop) is null)
            return NoSuchReceiver;
        if (!body.TryGet(out var wanted, out var fault))
            return fault;
        if (ReceiverRules.Fault(wanted) is { } refused)
            return refused;
        return Answer(
            await receivers.LimitAsync(caller.Tenant, receiver, limits => ReceiverRules.Apply(wanted, limits), wanted.Enabled, stop), clock);
    }

    private static Results<Ok<ReceiverDocument>, Problem> Answer(ReceiverView? view, TimeProvider clock) =>
        view is null ? NoSuchReceiver : TypedResults.Ok(ReceiverDocuments.Of(view, clock.GetUtcNow()));
}
