using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Egress;

/// <summary>The host of a URL: an address in its one canonical spelling, or a DNS name in lower-case ASCII.</summary>
/// <param name="Name">The host as <see cref="Uri.IdnHost"/> has it, without a trailing dot.</param>
/// <param name="Literal">The address, where the host is one.</param>
internal readonly record struct HostText(string Name, IPAddress? Literal)
{
    private const int MostNameCharacters = 253;
    private const int MostLabelCharacters = 63;
    private static readonly SearchValues<char> nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly SearchValues<char> hexDigits = SearchValues.Create("0123456789abcdef");

    public static Refusal? Read(in UrlText url, out HostText host) =>
        url.Bracketed ? ReadIPv6(url.Host, out host) : ReadName(url.Host, out host);

    /// <summary>A configured host in the form that <see cref="Read"/> gives, or null where it is none.</summary>
    public static string? Comparable(string host)
    {
        if (IPAddress.TryParse(host, out var address)) return address.ToString();
        return ReadName(host, out var read) is null ? read.Name : null;
    }

    private static Refusal? ReadIPv6(string text, out HostText host)
    {
        host = default;
        if (text.Contains('%')) return UrlRefusals.Zone;
        if (!IPAddress.TryParse(text, out var address)) return UrlRefusals.BadAuthority;
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return UrlRefusals.BadAuthority;
        host = new HostText(address.ToString(), address);
        return null;
    }

    private static Refusal? ReadName(string text, out HostText host)
    {
        host = default;
        if (text.Length > MostNameCharacters + 1) return UrlRefusals.NoName;
        if (HostAscii.From(text) is not { } ascii) return UrlRefusals.BadHost;

        var dotted = ascii.EndsWith('.');
        if (dotted) ascii = ascii[..^1];
        if (ascii.Length == 0 || ascii.AsSpan().ContainsAnyExcept(nameCharacters)) return UrlRefusals.BadHost;
        if (ascii.StartsWith('.') || ascii.EndsWith('.') || ascii.Contains("..", StringComparison.Ordinal)) return UrlRefusals.BadHost;

        if (EndsInNumber(ascii))
        {
            if (dotted || !IPAddress.TryParse(ascii, out var address)) return UrlRefusals.Numeric;
            host = new HostText(address.ToString(), address);
            return host.Name == text ? null : UrlRefusals.NotCanonical;
        }

        host = new HostText(ascii, null);
        return AreLabels(ascii) ? null : UrlRefusals.NoName;
    }

    /// <summary>
    /// Whether the last label is a number, in which case nobody may take the host for a name (URL Standard, "ends in a number"):
    /// resolvers and other parsers would each make their own address of it. Digits of other scripts are a number to some of them, too.
    /// </summary>
    private static bool EndsInNumber(ReadOnlySpan<char> host)
    {
        var last = host[(host.LastIndexOf('.') + 1)..];
        return !last.ContainsAnyExceptInRange('0', '9')
            || (last.StartsWith("0x") && !last[2..].ContainsAnyExcept(hexDigits))
            || (last.StartsWith("xn--") && HostAscii.ToUnicode(last.ToString()) is { } shown && shown.All(char.IsDigit));
    }

    private static bool AreLabels(ReadOnlySpan<char> host)
    {
        if (host.Length > MostNameCharacters) return false;
        foreach (var label in host.Split('.'))
        {
            var (start, length) = label.GetOffsetAndLength(host.Length);
            if (length > MostLabelCharacters || host[start] == '-') return false;
        }
        return true;
    }
}
