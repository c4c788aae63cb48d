using System.Data.Common;
using Storage.Sql;

namespace DeliveryEngine.Health;

/// <summary>Whether the process lives, and whether it can serve. Nothing more is told to strangers.</summary>
internal static class HealthRoutes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health").AllowAnonymous();
        health.MapGet("/live", () => TypedResults.Ok(new HealthDocument("live")));
        health.MapGet("/ready", Ready).Produces<HealthDocument>().Produces<HealthDocument>(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The host starts after the migrations, so what is left to ask is whether the database answers.</summary>
    private static async Task<IResult> Ready(Database database, CancellationToken stop)
    {
        try
        {
            await database.AskTimeAsync(stop).WaitAsync(Patience, stop);
            return TypedResults.Ok(new HealthDocument("ready"));
        }
        catch (Exception error) when (error is DbException or TimeoutException or InvalidOperationException)
        {
            return TypedResults.Json(new HealthDocument("unavailable"), statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}

/// <summary>A state in one word.</summary>
internal sealed record HealthDocument(string Status);
