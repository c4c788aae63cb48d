using Webhooks.Contract;

namespace JobApi.Http;

/// <summary>What the OpenAPI document says about errors.</summary>
internal static class DocumentedProblems
{
    /// <summary>What any route with a key may answer.</summary>
    public static RouteGroupBuilder Documented(this RouteGroupBuilder group)
    {
        foreach (var status in (int[])[StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status503ServiceUnavailable])
            group.WithMetadata(Metadata(status));
        return group;
    }

    public static RouteHandlerBuilder Documented(this RouteHandlerBuilder route, params int[] statuses) =>
        route.WithMetadata([.. statuses.Select(Metadata)]);

    public static ProducesResponseTypeMetadata Metadata(int status) => new(status, typeof(ProblemDocument), [Problem.ContentType]);
}
