using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Egress;

/// <summary>Reads every setting at the start, and says in one sentence each which of them cannot be meant.</summary>
internal sealed class EgressOptionsCheck(IConfiguration section) : IValidateOptions<EgressOptions>
{
    private static readonly TimeSpan shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, EgressOptions options)
    {
        var failures = new List<string>();
        CheckLists(failures);
        CheckEntries(failures, nameof(EgressOptions.Allow), options.Allow, text => AllowEntry.TryParse(text, out _),
            "an address range such as 10.0.0.0/8, 10.0.0.0/8:8080 or [fd00::]/8:8080, with no bits set past the prefix");
        CheckEntries(failures, nameof(EgressOptions.Deny), options.Deny,
            text => AllowEntry.TryParse(text, out var range) && range.Port is null,
            "an address range such as 203.0.113.0/24 or fd00::/8, with no bits set past the prefix and no port");
        CheckEntries(failures, nameof(EgressOptions.Nat64Prefixes), options.Nat64Prefixes, text => Nat64.TryParse(text, out _),
            "an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits such as 2001:db8:64::/96");
        CheckEntries(failures, nameof(EgressOptions.OwnHosts), options.OwnHosts, text => HostText.Comparable(text) is not null,
            "a host name alone, without scheme and port");

        if (options.Contact is { } contact && !IsContact(contact))
            failures.Add($"Egress:Contact is '{contact}'; it must be an https or mailto URL of at most 200 plain characters, without parentheses.");
        CheckRange(failures, nameof(EgressOptions.MaxConnectionsPerOrigin), options.MaxConnectionsPerOrigin, 1, 10_000);
        CheckRange(failures, nameof(EgressOptions.ConnectionLifetime), options.ConnectionLifetime, shortest, longest);
        CheckRange(failures, nameof(EgressOptions.ConnectionIdle), options.ConnectionIdle, shortest, longest);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>The binder ignores one value where it wants a list, and a <c>Deny</c> that is ignored would be a hole.</summary>
    private void CheckLists(List<string> failures)
    {
        foreach (var list in (ReadOnlySpan<string>)[nameof(EgressOptions.Allow), nameof(EgressOptions.Deny),
            nameof(EgressOptions.Nat64Prefixes), nameof(EgressOptions.OwnHosts)])
        {
            if (section[list] is { Length: > 0 } value)
                failures.Add($"Egress:{list} is '{value}'; it must be a list (Egress:{list}:0, Egress:{list}:1, …).");
        }
    }

    private static void CheckEntries(List<string> failures, string setting, IList<string>? entries, Predicate<string> isRight, string rule)
    {
        for (var i = 0; i < (entries?.Count ?? 0); i++)
        {
            if (entries![i] is not { } entry || !isRight(entry))
                failures.Add($"Egress:{setting}:{i} is '{entries[i]}'; it must be {rule}.");
        }
    }

    private static bool IsContact(string text) =>
        text.Length <= 200 && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.AsSpan().ContainsAny("();\\")
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "mailto";

    private static void CheckRange<T>(List<string> failures, string setting, T value, T least, T most) where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            failures.Add($"Egress:{setting} is {value}; it must be from {least} to {most}.");
    }
}
