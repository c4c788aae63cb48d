using System.Security.Claims;
using System.Text.Encodings.Web;
using JobApi.Http;
using JobApi.Streams;
using JobApi.Throttling;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Webhooks.Contract;

namespace JobApi.Access;

/// <summary>
/// <c>Authorization: Bearer &lt;key&gt;</c> (RFC 6750, section 2.1). A wrong key, an unknown one and none at all are answered alike. Where a route says
/// so, a token in its address stands for the key.
/// </summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyCache keys, StreamToken tokens, WrongKeys wrong)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    private const int LongestKey = 255;

    /// <summary>The answer to a key that isn't good.</summary>
    public static Problem Refused { get; } = new(
        StatusCodes.Status401Unauthorized, ProblemCodes.Unauthorized, "Authorization: must be Bearer and a valid API key.");

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Whoever may come without a key is not asked who it is: a probe that brings one hears that the process lives though the database is gone.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return AuthenticateResult.NoResult();
        var caller = TextOfToken() is { } token
            ? await tokens.OpenAsync(token, Request.RouteValues["id"] as string, Context.RequestAborted)
            : await OfKeyAsync();
        if (caller is null)
            return AuthenticateResult.NoResult();
        Context.Features.Set(caller);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, Roles.NameOf(caller.Role))], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Request.Headers.Authorization.Count > 0 && wrong.Count(Context.Connection.RemoteIpAddress) is { } wait)
            return TooMany.WrongKeys(wait).ExecuteAsync(Context);
        Response.Headers.WWWAuthenticate = "Bearer realm=\"webhooks\"";
        var refused = TextOfToken() is null
            ? Refused
            : new(Refused.Status, Refused.Code, "token: has expired, or was not made for this address; POST /jobs/{id}/stream-url makes another.");
        return refused.ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        new Problem(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden, "Authorization: the role of this API key may not do that.")
            .ExecuteAsync(Context);

    private async Task<Caller?> OfKeyAsync() =>
        TextOfKey() is { } text && await keys.FindAsync(text, Context.RequestAborted) is { } key
            ? new Caller(key.TenantId, key.Id, key.Role) { Types = key.Types?.Split(' ') }
            : null;

    private string? TextOfToken() =>
        Request.Headers.Authorization.Count == 0 && Context.GetEndpoint()?.Metadata.GetMetadata<TakesStreamToken>() is not null
            && Request.Query[StreamToken.Parameter] is [{ } token]
            ? token
            : null;

    private string? TextOfKey()
    {
        const string prefix = SchemeName + " ";
        var header = Request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } value && value.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && value.AsSpan(prefix.Length).Trim(' ') is { Length: > 0 and <= LongestKey } key
            ? key.ToString()
            : null;
    }
}
