using Egress;
using JobApi.Http;

namespace JobApi.Access;

/// <summary>
/// Refuses what a service of this kind sends, ours or another: a callback or an <c>http.request</c> that submits, redrives or replays would feed
/// itself for ever. Looking is allowed.
/// </summary>
internal sealed class LoopGuard(RequestDelegate next)
{
    private static readonly Problem Refused = new(
        StatusCodes.Status403Forbidden, "loop_refused", "User-Agent: a delivery or http.request of such a service may not change anything here.");

    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || !IsOurs(context.Request)
            ? next(context)
            : Refused.ExecuteAsync(context);

    private static bool IsOurs(HttpRequest request) =>
        request.Headers.UserAgent.ToString().StartsWith(UserAgent.Product, StringComparison.OrdinalIgnoreCase);
}
