using JobApi.Access;
using Microsoft.Extensions.Options;
using Storage;
using Storage.Tenants;

namespace JobApi.Throttling;

/// <summary>So many requests per key and minute, counted in this process. What needs no key is not counted.</summary>
internal sealed class RequestLimit(RequestDelegate next, IOptions<LimitsOptions> options, TimeProvider clock)
{
    private const string Policy = "key";

    private readonly Allowances<Id<ApiKey>>? _allowances =
        options.Value.RequestsPerMinute is > 0 and var most ? new(most, TimeSpan.FromMinutes(1), clock) : null;

    public Task InvokeAsync(HttpContext context)
    {
        if (_allowances is null || context.Features.Get<Caller>() is not { } caller)
            return next(context);
        var grant = _allowances.Take(caller.Key);
        TooMany.Tell(context.Response.Headers, Policy, _allowances.Count, _allowances.Window, grant.Left, grant.Reset);
        return grant.Granted ? next(context) : TooMany.Requests(grant.Wait).ExecuteAsync(context);
    }
}
