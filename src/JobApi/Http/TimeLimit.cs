using JobApi.Settings;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;

namespace JobApi.Http;

/// <summary>
/// While the database does not answer, callers get an answer all the same, before their own patience or a gateway's ends. What a request waits for
/// otherwise (a job, a reader, an upload) has limits of its own.
/// </summary>
internal static class TimeLimit
{
    public static void AddTimeLimit(this IServiceCollection services)
    {
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<ApiOptions>>((timeouts, api) => timeouts.DefaultPolicy = new()
        {
            Timeout = api.Value.RequestTimeout, TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
        });
    }

    public static void UseTimeLimit(this IApplicationBuilder app)
    {
        app.UseRequestTimeouts();
        app.Use((http, next) =>
        {
            http.Response.OnStarting(static http =>
            {
                ((HttpContext)http).MayTakeItsTime(); // a slow reader is the server's own matter
                return Task.CompletedTask;
            }, http);
            return next(http);
        });
    }

    /// <summary>From here on the request has a limit of its own.</summary>
    public static void MayTakeItsTime(this HttpContext http) => http.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
}
