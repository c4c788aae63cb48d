using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Egress;

/// <summary>
/// One entry of <see cref="EgressOptions.Allow"/>: a network, and the one port of it that is open, or all of them. A single address
/// may go without its prefix.
/// </summary>
internal readonly record struct AllowEntry(IPNetwork Network, int? Port)
{
    public bool Covers(IPAddress address, int port) => (Port is null || Port == port) && Network.Contains(address);

    public static bool TryParse(string text, out AllowEntry entry)
    {
        entry = default;
        var (host, rest) = Cut(text);
        if (!TryParseAddress(host, out var address)) return false;
        if (!TryTake(ref rest, '/', out var bits) || !TryTake(ref rest, ':', out var port) || rest.Length > 0) return false;

        var most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (bits > most || port is 0 or > ushort.MaxValue) return false;
        var cidr = string.Create(CultureInfo.InvariantCulture, $"{address}/{bits ?? most}");
        if (!IPNetwork.TryParse(cidr, out var network)) return false;

        entry = new AllowEntry(network, port);
        return network.BaseAddress.Equals(address);
    }

    /// <summary>
    /// Parts the address from what follows it: <c>[fd00::]</c> and <c>/8:8080</c>, <c>10.0.0.0</c> and <c>/8</c>,
    /// <c>10.0.0.1</c> and <c>:80</c>.
    /// </summary>
    private static (string Host, string Tail) Cut(string text)
    {
        var bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        if (bracket > 0) return (text[1..bracket], text[(bracket + 1)..]);

        var end = text.IndexOf('/', StringComparison.Ordinal);
        if (end < 0 && text.Count(':') == 1) end = text.IndexOf(':', StringComparison.Ordinal);
        return end < 0 ? (text, "") : (text[..end], text[end..]);
    }

    /// <summary>Only the canonical spelling of an IPv4 address: a zero in front might be meant as octal.</summary>
    private static bool TryParseAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.AsSpan().ContainsAny('%', '[') || !IPAddress.TryParse(text, out var parsed)) return false;
        address = parsed;
        return parsed.AddressFamily == AddressFamily.InterNetworkV6 || parsed.ToString() == text;
    }

    /// <summary>Takes <c>/8</c> or <c>:8080</c> from the front, where it is there.</summary>
    private static bool TryTake(ref string rest, char mark, out int? number)
    {
        number = null;
        if (!rest.StartsWith(mark)) return true;
        var end = rest.AsSpan(1).IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? rest[1..] : rest[1..(end + 1)];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        rest = rest[(digits.Length + 1)..];
        number = value;
        return true;
    }
}
