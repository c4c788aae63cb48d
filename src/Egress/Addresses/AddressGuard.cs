using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Egress;

/// <summary>
/// Decides which addresses may be reached: <see cref="EgressOptions.Deny"/>, then <see cref="EgressOptions.Allow"/>, then the table.
/// The same verdict at registration, for a literal, and before each connection, for all that a name resolves to.
/// </summary>
internal sealed class AddressGuard(IOptions<EgressOptions> options)
{
    private readonly AllowEntry[] allowed = Parse(options.Value.Allow);
    private readonly IPNetwork[] denied = [.. Parse(options.Value.Deny).Select(entry => entry.Network)];
    private readonly Nat64 nat64 = new(options.Value.Nat64Prefixes ?? []);
    private readonly Nat64Mode nat64Mode = options.Value.Nat64;

    public bool Allows(IPAddress address, int port)
    {
        if (IsRefused(address)) return false;
        if (IsListed(address, port)) return true;
        if (!nat64.Wraps(address)) return AddressTable.IsPublic(address);
        return nat64Mode == Nat64Mode.Decode && IsPublicInside(address);
    }

    /// <summary>Whether the operator listed this address and port, and so opened it to plain <c>http</c> as well.</summary>
    public bool Lists(IPAddress address, int port) => !IsRefused(address) && IsListed(address, port);

    private bool IsRefused(IPAddress address) => IsDisguised(address) || AddressTable.Contains(denied, address);

    /// <summary>
    /// A zone (<c>fe80::1%eth0</c>) names a wire of this machine, and makes equal addresses differ. A mapped address
    /// (<c>::ffff:8.8.8.8</c>) is an IPv4 one to the socket, and <see cref="IPNetwork.Contains"/> may find it in IPv6 networks that
    /// it is not in: it takes <c>2000::/3</c> to have this one.
    /// </summary>
    private static bool IsDisguised(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && (address.ScopeId != 0 || address.IsIPv4MappedToIPv6);

    private bool IsListed(IPAddress address, int port)
    {
        foreach (var entry in allowed)
        {
            if (entry.Covers(address, port)) return true;
        }
        return false;
    }

    private bool IsPublicInside(IPAddress address)
    {
        var inside = nat64.Unwrap(address);
        return !AddressTable.Contains(denied, inside) && AddressTable.IsPublic(inside);
    }

    private static AllowEntry[] Parse(IList<string>? texts) =>
        [.. (texts ?? []).Select(Parse)];

    private static AllowEntry Parse(string text) =>
        AllowEntry.TryParse(text, out var entry) ? entry : throw new FormatException($"'{text}' is no address range.");
}
