using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
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
           where method != HttpMethods.Head // GET without its body
           select new Route(
               new HttpMethod(method), "/" + endpoint.RoutePattern.RawText!.Trim('/'), endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any()),
    ];

    /// <summary>The address with one value for <c>{id}</c> and one for the rest.</summary>
    public string At(string id, string callback = "cb_00000000000000000000000000") =>
        Pattern.Replace("{id}", id, StringComparison.Ordinal).Replace("{type}", "a", StringComparison.Ordinal).Replace("{callback}", callback, StringComparison.Ordinal);

    /// <summary>A body that the route would take.</summary>
    public string? Body => (Method.Method, Pattern) switch
    {
        ("POST", "/jobs") => """{"type":"a"}""",
        ("POST", "/keys") => """{"name":"n","role":"client"}""",
        ("POST", "/replays") => """{"filter":{}}""",
        ("PUT", "/operations-callback") => """{"url":"https://receiver.example/"}""",
        ("POST", "/callbacks/test") => """{"url":"https://receiver.invalid/"}""",
        ("POST", "/signing-secret/rotate") => "{}",
        ("PATCH", "/receivers/{id}") => """{"lanes":1}""",
        ("POST", "/jobs/{id}/callbacks") => """{"url":"https://receiver.example/"}""",
        ("POST", "/worker/claims") => """{"types":["a"]}""",
        ("POST", "/worker/jobs/{id}/heartbeat" or "/worker/jobs/{id}/complete" or "/worker/jobs/{id}/release") => "{}",
        ("POST", "/worker/jobs/{id}/events") => """{"outputs":[{"client_seq":1}]}""",
        ("POST", "/worker/jobs/{id}/fail") => """{"error":{"code":"c","message":"m"}}""",
        ("PUT", "/types/{type}" or "/limits") => """{"max_running":5}""",
        _ => null,
    };

    /// <summary>Headers that the route wants besides the key.</summary>
    public (string, string)[] Headers => Pattern.StartsWith("/worker/jobs/", StringComparison.Ordinal) ? [("Lease-Fence", "1")] : [];

    /// <summary>Whether its body is no JSON of ours.</summary>
    public bool TakesBytes => this is { Method.Method: "PUT", Pattern: "/worker/jobs/{id}/result" };

    public override string ToString() => $"{Method} {Pattern}";
}
