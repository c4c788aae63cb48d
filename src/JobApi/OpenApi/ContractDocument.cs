using JobApi.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace JobApi.OpenApi;

/// <summary>The contract for machines: <c>/openapi/v1.json</c>.</summary>
internal static class ContractDocument
{
    public static void AddContractDocument(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer(Introduce);
        options.AddOperationTransformer(AskForKey);
    });

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken stop)
    {
        document.Info = new() { Title = "Webhooks", Version = "v1", Description = "Long-running jobs whose results arrive as signed webhooks." };
        document.Servers = [];
        document.AddComponent<IOpenApiSecurityScheme>(KeyAuthentication.SchemeName, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key: whk_…",
        });
        return Task.CompletedTask;
    }

    private static Task AskForKey(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken stop)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(KeyAuthentication.SchemeName, context.Document)] = [] }];
        return Task.CompletedTask;
    }
}
