using System.Globalization;
using Microsoft.Extensions.Options;

namespace Egress;

/// <summary>
/// Decides which URLs may be registered. The text is judged before <see cref="Uri"/> sees it, the host before the port, and every
/// check looks at each character once. That a name leads to a public address is for <see cref="GuardedConnector"/> to see, each time.
/// </summary>
internal sealed class UrlRules(AddressGuard guard, TransportRules transport, IOptions<EgressOptions> options)
{
    /// <summary>The longest URL, as given and as stored.</summary>
    public const int MostCharacters = 2048;

    private readonly HashSet<string> ownHosts = [.. (options.Value.OwnHosts ?? []).Select(host => HostText.Comparable(host)!)];

    public UrlVerdict Check(string? url)
    {
        if (string.IsNullOrEmpty(url)) return new UrlVerdict.Refused(UrlRefusals.Missing);
        if (url.Length > MostCharacters) return new UrlVerdict.Refused(UrlRefusals.TooLong);

        var host = default(HostText);
        var refusal = UrlText.Read(url, out var text)
            ?? HostText.Read(text, out host)
            ?? CheckHost(host, text.Port)
            ?? CheckTransport(text, host);
        return refusal is null ? Canonical(text, host.Name) : new UrlVerdict.Refused(refusal);
    }

    private Refusal? CheckHost(HostText host, int port)
    {
        if (ownHosts.Contains(host.Name)) return UrlRefusals.Own;
        if (host.Literal is { } address) return guard.Allows(address, port) ? null : UrlRefusals.Address;
        return SpecialNames.Contain(host.Name) ? UrlRefusals.Local : null;
    }

    private Refusal? CheckTransport(in UrlText text, HostText host)
    {
        if (text.Port == 0) return UrlRefusals.Port;
        return host.Literal is { } address && guard.Lists(address, text.Port) ? null : transport.Check(text.Https, text.Port);
    }

    /// <summary>Builds the URL again from the parts that were judged, and sees to it that <see cref="Uri"/> reads the same in it.</summary>
    private static UrlVerdict Canonical(in UrlText text, string name)
    {
        var scheme = text.Https ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        var host = text.Bracketed ? $"[{name}]" : name;
        var origin = string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{text.Port}");

        if (!Uri.TryCreate(origin + text.Rest, UriKind.Absolute, out var uri)
            || uri.IdnHost != name || uri.Port != text.Port || uri.Scheme != scheme || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return new UrlVerdict.Refused(UrlRefusals.BadAuthority);

        var stored = uri.AbsoluteUri;
        return stored.Length > MostCharacters ? new UrlVerdict.Refused(UrlRefusals.TooLong) : new UrlVerdict.Ok(uri, origin, stored);
    }
}
