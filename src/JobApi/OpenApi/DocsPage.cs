using System.Text;
using System.Text.Encodings.Web;
using JobApi.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace JobApi.OpenApi;

/// <summary><c>/docs</c>: the routes of the contract as one plain page, without scripts, styles or anything from elsewhere.</summary>
internal static class DocsPage
{
    public static void MapDocs(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/docs", Show).AllowAnonymous().ExcludeFromDescription();

    private static ContentHttpResult Show(IApiDescriptionGroupCollectionProvider contract, Links links, HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        var page = new StringBuilder("<!doctype html><html lang=en><meta charset=utf-8><title>Webhooks</title><h1>Webhooks</h1>");
        page.Append("<p>The contract in full: <a href=\"").Append(Encoded(links.To("/openapi/v1.json"))).Append("\">/openapi/v1.json</a></p>");
        foreach (var group in contract.ApiDescriptionGroups.Items.SelectMany(g => g.Items).GroupBy(TagOf))
        {
            page.Append("<h2>").Append(Encoded(group.Key)).Append("</h2><ul>");
            foreach (var route in group)
                page.Append("<li><code>").Append(route.HttpMethod).Append(" /").Append(PathOf(route)).Append("</code></li>");
            page.Append("</ul>");
        }
        return TypedResults.Content(page.Append("</html>").ToString(), "text/html; charset=utf-8");
    }

    private static string TagOf(ApiDescription route) =>
        route.ActionDescriptor.EndpointMetadata.OfType<ITagsMetadata>().LastOrDefault()?.Tags[0] ?? "";

    private static string PathOf(ApiDescription route) => Encoded(route.RelativePath?.TrimEnd('/') ?? "");

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
