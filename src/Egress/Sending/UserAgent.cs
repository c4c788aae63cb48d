namespace Egress;

/// <summary>
/// How every request names itself (RFC 9110, section 10.1.5): <c>Webhooks/0.1.0 (http.request; +https://jobs.example.com/contact)</c>. Tenants
/// can't change it, so our own doors know by it what came from such a service.
/// </summary>
internal static class UserAgent
{
    /// <summary>What all of them start with.</summary>
    public const string Product = "Webhooks/";

    private static readonly string version = typeof(UserAgent).Assembly.GetName().Version!.ToString(3);

    /// <param name="options">Says whom to write to.</param>
    /// <param name="purpose">What the request is for, where it is no delivery.</param>
    public static string Of(EgressOptions options, string? purpose = null)
    {
        string?[] comments = [purpose, options.Contact is null ? null : $"+{options.Contact}"];
        var comment = string.Join("; ", comments.Where(part => part is not null));
        return comment.Length == 0 ? Product + version : $"{Product}{version} ({comment})";
    }
}
