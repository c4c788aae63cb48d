using System.Net;
using System.Net.Sockets;

namespace Egress;

/// <summary>
/// Which addresses are public: the one table, from the IANA special-purpose registries (RFC 6890) and what clouds added. IPv4 is
/// everything but a list; IPv6 is only global unicast, less a list, so that whatever wraps an IPv4 address, or is not assigned yet,
/// is refused without being named.
/// </summary>
internal static class AddressTable
{
    private static readonly IPNetwork[] refusedIPv4 = Networks(
        "0.0.0.0/8",        // this network, unspecified
        "10.0.0.0/8",       // RFC 1918
        "100.64.0.0/10",    // carrier-grade NAT; Alibaba metadata
        "127.0.0.0/8",      // loopback
        "168.63.129.16/32", // Azure WireServer
        "169.254.0.0/16",   // link-local; cloud metadata
        "172.16.0.0/12",    // RFC 1918
        "192.0.0.0/24",     // IETF protocols; Oracle metadata
        "192.0.2.0/24",     // documentation
        "192.31.196.0/24",  // AS112
        "192.52.193.0/24",  // AMT
        "192.88.99.0/24",   // 6to4 relay
        "192.168.0.0/16",   // RFC 1918
        "192.175.48.0/24",  // AS112
        "198.18.0.0/15",    // benchmarking
        "198.51.100.0/24",  // documentation
        "203.0.113.0/24",   // documentation
        "224.0.0.0/4",      // multicast
        "240.0.0.0/4");     // reserved, broadcast

    private static readonly IPNetwork globalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] refusedIPv6 = Networks(
        "2001::/23",          // IETF protocols: Teredo, benchmarking, ORCHID, AMT
        "2001:db8::/32",      // documentation
        "2002::/16",          // 6to4
        "2620:4f:8000::/48",  // AS112
        "3fff::/20");         // documentation

    public static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !Contains(refusedIPv4, address),
        AddressFamily.InterNetworkV6 => globalUnicast.Contains(address) && !Contains(refusedIPv6, address),
        _ => false,
    };

    public static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address)) return true;
        }
        return false;
    }

    private static IPNetwork[] Networks(params ReadOnlySpan<string> texts)
    {
        var networks = new IPNetwork[texts.Length];
        for (var i = 0; i < texts.Length; i++)
            networks[i] = IPNetwork.Parse(texts[i]);
        return networks;
    }
}
