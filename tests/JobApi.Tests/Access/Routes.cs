using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace JobApi.Tests.Access;

/// <summary>Every route of the running service, so that a new one can't be forgotten.</summary>
internal sealed record Route(HttpMethod Method, string Pattern, bool NeedsKey)
{
    public static List<Route> All(Service service) =>
    [
        .. from endpoint in service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
           select new Route(
               new HttpMethod(method), "/" + endpoint.RoutePattern.RawText!.Trim('/'), endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any()),
    ];

    /// <summary>The address with one value for <c>{id}</c> and one for the rest.</summary>
    public string At(string id, string callback = "cb_00000000000000000000000000") =>
        Pattern.Replace("{id}", id, StringComparison.Ordinal).Replace("{callback}", callback, StringComparison.Ordinal);

    /// <summary>A body that the route would take.</summary>
    public string? Body => (Method.Method, Pattern) switch
    {
        ("POST", "/jobs") => """{"type":"a"}""",
        ("POST", "/keys") => """{"name":"n","role":"client"}""",
        ("PUT", "/operations-callback") => """{"url":"https://receiver.example/"}""",
        ("POST", "/signing-secret/rotate") => "{}",
        ("POST", "/jobs/{id}/callbacks") => """{"url":"https://receiver.example/"}""",
        _ => null,
    };

    public override string ToString() => $"{Method} {Pattern}";
}
