using System.Security.Claims;
using System.Text.Encodings.Web;
using JobApi.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Webhooks.Contract;

namespace JobApi.Access;

/// <summary>
/// <c>Authorization: Bearer &lt;key&gt;</c> (RFC 6750, section 2.1). A wrong key, an unknown one and none at all are answered alike.
/// </summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyCache keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    private const int LongestKey = 255;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TextOfKey() is not { } text || await keys.FindAsync(text, Context.RequestAborted) is not { } key)
            return AuthenticateResult.NoResult();
        Context.Features.Set(new Caller(key.TenantId, key.Id, key.Role));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, Roles.NameOf(key.Role))], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"webhooks\"";
        return new Problem(StatusCodes.Status401Unauthorized, ProblemCodes.Unauthorized, "Authorization: must be Bearer and a valid API key.")
            .ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        new Problem(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden, "Authorization: the role of this API key may not do that.")
            .ExecuteAsync(Context);

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
