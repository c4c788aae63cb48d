using System.Net;
using System.Net.Sockets;

namespace Egress;

/// <summary>IPv4 addresses inside IPv6 ones (RFC 6052).</summary>
internal sealed class Nat64(IEnumerable<string> prefixes)
{
    /// <summary>Bits 64 to 71 are zero in every such address, whatever the length of the prefix.</summary>
    private const int ReservedOctet = 8;

    private static readonly IPNetwork wellKnown = IPNetwork.Parse("64:ff9b::/96");

    private readonly IPNetwork[] networks = [wellKnown, .. prefixes.Select(IPNetwork.Parse)];

    /// <summary>Reads a prefix of a length that RFC 6052 section 2.2 knows.</summary>
    public static bool TryParse(string text, out IPNetwork prefix) =>
        IPNetwork.TryParse(text, out prefix)
        && prefix.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6
        && prefix.PrefixLength is 32 or 40 or 48 or 56 or 64 or 96;

    public bool Wraps(IPAddress address) => AddressTable.Contains(networks, address);

    /// <summary>
    /// The address that a wrapped one stands for: 8.8.8.8 for <c>64:ff9b::808:808</c>, 192.0.2.33 for
    /// <c>2001:db8:122:344:c0:2:2100::</c> under /64.
    /// </summary>
    public IPAddress Unwrap(IPAddress address)
    {
        var network = Array.Find(networks, candidate => candidate.Contains(address));
        Span<byte> wrapped = stackalloc byte[16];
        address.TryWriteBytes(wrapped, out _);

        Span<byte> plain = stackalloc byte[4];
        var from = network.PrefixLength / 8;
        for (var i = 0; i < plain.Length; i++, from++)
        {
            if (from == ReservedOctet) from++;
            plain[i] = wrapped[from];
        }
        return new IPAddress(plain);
    }
}
