using JobApi.Access;
using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Deliveries;

/// <summary>What became of the events that callbacks asked for, and sending them again.</summary>
internal static class DeliveryRoutes
{
    private const string AttemptList = "att_";

    private static readonly Problem NoSuchDelivery = Problem.NoSuch("delivery");

    public static void MapDeliveries(this IEndpointRouteBuilder routes)
    {
        var deliveries = routes.MapGroup("/deliveries").WithTags("Deliveries").RequireAuthorization(Roles.Client).Documented();
        deliveries.MapGet("/", List).Documented(400);
        deliveries.MapGet("/{id}", Read).Documented(404);
        deliveries.MapGet("/{id}/attempts", Attempts).Documented(400, 404);
        deliveries.MapPost("/{id}/replay", Replay).RequireAuthorization(Roles.Admin).Documented(404);
    }

    private static async Task<Results<Ok<Page<DeliveryDocument>>, Problem>> List(
        [AsParameters] DeliveryQuery query, HttpRequest request, Caller caller, DeliveryStore deliveries, CancellationToken stop)
    {
        var rules = new QueryRules(request.Query);
        var filter = query.Read(rules);
        if (rules.Fault is { } fault)
            return fault;
        var found = await deliveries.ListAsync(caller.Tenant, filter with { Limit = filter.Limit + 1 }, stop);
        var page = found.Take(filter.Limit).ToList();
        return TypedResults.Ok(new Page<DeliveryDocument>
        {
            Items = [.. page.Select(Documents.Of)], NextCursor = found.Count > page.Count ? Cursor.After(page[^1].Id) : null,
        });
    }

    private static async Task<Results<Ok<DeliveryDocument>, Problem>> Read(
        string id, Caller caller, DeliveryStore deliveries, CancellationToken stop) =>
        await FindAsync(id, caller, deliveries, stop) is { } delivery ? TypedResults.Ok(Documents.Of(delivery)) : NoSuchDelivery;

    private static async Task<Results<Ok<Page<AttemptDocument>>, Problem>> Attempts(
        string id, string? limit, string? cursor, HttpRequest request, Caller caller, DeliveryStore deliveries, CancellationToken stop)
    {
        var rules = new QueryRules(request.Query);
        var (after, count) = ((int)(rules.Position(AttemptList, cursor) ?? 0), rules.Limit(limit));
        if (rules.Fault is { } fault)
            return fault;
        if (await FindAsync(id, caller, deliveries, stop) is not { } delivery)
            return NoSuchDelivery;
        var found = await deliveries.AttemptsAsync(delivery.Id, after, count + 1, stop);
        var page = found.Take(count).ToList();
        return TypedResults.Ok(new Page<AttemptDocument>
        {
            Items = [.. page.Select(Documents.Of)],
            NextCursor = found.Count > page.Count ? Cursor.After(AttemptList, (UInt128)page[^1].Number) : null,
        });
    }

    private static async Task<Results<Accepted<DeliveryDocument>, Problem>> Replay(
        string id, Caller caller, DeliveryStore deliveries, Links links, CancellationToken stop) =>
        Id<Delivery>.TryParse(id, out var delivery) && await deliveries.ReplayAsync(caller.Tenant, delivery, stop) is { } replayed
            ? TypedResults.Accepted(links.To($"/deliveries/{replayed.Id}"), Documents.Of(replayed))
            : NoSuchDelivery;

    private static async Task<Delivery?> FindAsync(string id, Caller caller, DeliveryStore deliveries, CancellationToken stop) =>
        Id<Delivery>.TryParse(id, out var delivery) ? await deliveries.FindAsync(caller.Tenant, delivery, stop) : null;

    /// <summary>The query of <c>GET /deliveries</c>.</summary>
    private sealed record DeliveryQuery(
        string? Status, [FromQuery(Name = "job_id")] string? JobId, [FromQuery(Name = "receiver_id")] string? ReceiverId,
        [FromQuery(Name = "event_type")] string? EventType, string? Reason, [FromQuery(Name = "created_after")] string? CreatedAfter,
        [FromQuery(Name = "created_before")] string? CreatedBefore, string? Limit, string? Cursor)
    {
        public DeliveryFilter Read(QueryRules rules) => new(
            rules.OneOf("status", Status, Enum.GetValues<DeliveryStatus>(), Documents.NameOf), rules.Id<Job>("job_id", JobId),
            rules.Id<Receiver>("receiver_id", ReceiverId), rules.OneOf("event_type", EventType, Enum.GetValues<JobEventType>(), EventNames.Name),
            rules.Text("reason", Reason, 100), rules.Time("created_after", CreatedAfter), rules.Time("created_before", CreatedBefore),
            rules.After<Delivery>(Cursor), rules.Limit(Limit));
    }
}
