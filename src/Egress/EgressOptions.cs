namespace Egress;

/// <summary>
/// Section <c>Egress</c>: where requests may go, and how many connections they may hold. The defaults are the strict ones: public
/// addresses, <c>https</c>, ports 443 and 8443. A value that cannot be meant stops the start with a sentence that names the setting.
/// </summary>
/// <remarks>Lists have no initial value: the configuration binder appends to what it finds.</remarks>
public sealed class EgressOptions
{
    /// <summary>
    /// Addresses that may be reached although the table refuses them: <c>CIDR</c> or <c>CIDR:port</c>, IPv6 as <c>fd00::/8</c> or
    /// <c>[fd00::]/8:8080</c>. They may be reached over <c>http</c> too, and on the port named; without a port, on every port.
    /// Names are never listed: a name may be reached when all it resolves to is allowed. Empty by default.
    /// </summary>
    public IList<string>? Allow { get; set; }

    /// <summary>
    /// More networks to refuse, as <c>CIDR</c>: your own public ranges, a VPN. Stronger than <see cref="Allow"/>. Empty by default.
    /// </summary>
    public IList<string>? Deny { get; set; }

    /// <summary>Whether plain <c>http</c> may be used everywhere, not just to what <see cref="Allow"/> lists. False by default.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>
    /// Whether any port may be used instead of 443 and 8443 (80 and 8080 over <c>http</c>). Port 0 and the ports of services that
    /// do not speak HTTP (22, 25, 6379, …) stay refused. False by default.
    /// </summary>
    public bool AllowAnyPort { get; set; }

    /// <summary>
    /// What to do with an address of a NAT64 prefix (RFC 6052). On an IPv6-only network with DNS64 every IPv4-only name resolves to
    /// one, so such a site wants <see cref="Nat64Mode.Decode"/>. <see cref="Nat64Mode.Refuse"/> by default.
    /// </summary>
    public Nat64Mode Nat64 { get; set; }

    /// <summary>
    /// The network's own NAT64 prefixes, beside the well-known <c>64:ff9b::/96</c>: they cannot be recognised from an address.
    /// Lengths are 32, 40, 48, 56, 64 or 96 (RFC 6052 section 2.2). Empty by default.
    /// </summary>
    public IList<string>? Nat64Prefixes { get; set; }

    /// <summary>
    /// Our own public host names (<c>hooks.example.com</c>), which no URL may point at: a webhook would feed itself. Empty by default.
    /// </summary>
    public IList<string>? OwnHosts { get; set; }

    /// <summary>
    /// Where somebody who is sent too much can write to, an <c>https</c> or <c>mailto</c> URL; it is part of the User-Agent. None by default.
    /// </summary>
    public string? Contact { get; set; }

    /// <summary>The most connections to one origin (scheme, host, port), over all tenants: 1 to 10,000, 256 by default.</summary>
    public int MaxConnectionsPerOrigin { get; set; } = 256;

    /// <summary>
    /// The longest life of a connection, so that a change in DNS, or of these rules, is noticed: 1 second to 1 hour, 2 minutes by default.
    /// </summary>
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long an unused connection is kept: 1 second to 1 hour, 20 seconds by default. Shorter than most servers wait, so that it is
    /// we who close, and a request seldom meets a connection that is just being closed.
    /// </summary>
    public TimeSpan ConnectionIdle { get; set; } = TimeSpan.FromSeconds(20);
}

/// <summary>What <see cref="EgressOptions.Nat64"/> does with an IPv4 address that is wrapped in a NAT64 prefix.</summary>
public enum Nat64Mode
{
    /// <summary>The address is refused, whatever it wraps.</summary>
    Refuse = 0,

    /// <summary>The wrapped IPv4 address is judged by the IPv4 rules.</summary>
    Decode = 1,
}
