using System.Globalization;
using System.Text;
using DeliveryEngine;
using DeliveryEngine.Sending;
using JobApi.Access;
using JobApi.Deliveries;
using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Callbacks;

/// <summary>
/// One signed event to a URL, now, the way that deliveries are sent, and what came of it. Nothing is stored, so nothing is tried again.
/// </summary>
internal static class TestRoutes
{
    /// <summary>Somebody waits for the answer, however long deliveries may take.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    public static void MapCallbackTest(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/callbacks").WithTags("Callbacks").RequireAuthorization(Roles.Client).Documented()
            .MapPost("/test", Send).Documented(400, 413, 415, 422, 429);

    private static async Task<Results<Ok<AttemptDocument>, Problem>> Send(
        Body<TestCallback> body, Caller caller, CallbackRules rules, TestLimit limit, Courier courier, DeliveriesOptions options, TimeProvider clock,
        HttpResponse response, CancellationToken stop)
    {
        if (!body.TryGet(out var wanted, out var fault))
            return fault;
        var now = clock.GetUtcNow();
        var asked = new CreateCallback { Url = wanted.Url, Headers = wanted.Headers, Secret = wanted.Secret };
        if (!rules.TryMake(asked, "", default, caller.Tenant, now, out var callback, out fault) || !limit.TryEnter(caller.Tenant, out fault))
            return fault;
        response.HttpContext.MayTakeItsTime();
        try
        {
            // An id as a delivery has, but of no job: a receiver's deduplication takes it for new.
            var posting = new Posting(caller.Tenant, $"evt_test_{Guid.CreateVersion7(now):n}", callback.Url, EventBody(now), callback.Private);
            var from = clock.GetTimestamp();
            var outcome = await courier.PostAsync(posting, now, options.Timeout < Longest ? options.Timeout : Longest, stop);
            response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(Documents.Of(AttemptRows.Of(outcome, now, clock.GetElapsedTime(from), options.Name)));
        }
        finally
        {
            limit.Leave(caller.Tenant);
        }
    }

    private static byte[] EventBody(DateTimeOffset now) => Encoding.UTF8.GetBytes(
        $$"""{"type":"webhook.test","timestamp":"{{now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}}","data":{"note":"Nothing happened: this is a test."} }""");
}
