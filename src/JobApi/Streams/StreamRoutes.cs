using JobApi.Access;
using JobApi.Http;
using JobApi.Jobs;
using JobApi.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Storage;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Streams;

/// <summary>Addresses of streams for browsers.</summary>
internal static class StreamRoutes
{
    public static void MapStreams(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs").WithTags("Jobs").RequireAuthorization(Roles.Client).Documented();
        jobs.MapPost("/{id}/stream-url", MakeUrl).Documented(404);
    }

    private static async Task<Results<Ok<StreamUrl>, Problem>> MakeUrl(
        string id, Caller caller, JobStore jobs, StreamToken tokens, Links links, IOptions<ApiOptions> options, TimeProvider clock, HttpResponse response,
        CancellationToken stop)
    {
        if (!Id<Job>.TryParse(id, out var job) || await jobs.HeadAsync(caller.Tenant, job, stop) is null)
            return JobLookUp.NotFound;
        var expiresAt = clock.GetUtcNow() + options.Value.StreamUrlLifetime;
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new StreamUrl
        {
            Url = links.To($"/jobs/{id}/events?{StreamToken.Parameter}={tokens.Make(caller, job, expiresAt)}"), ExpiresAt = expiresAt,
        });
    }
}
