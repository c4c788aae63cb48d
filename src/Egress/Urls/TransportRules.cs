using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Egress;

/// <summary>Which scheme and which port may be used, where <see cref="EgressOptions.Allow"/> does not list the address.</summary>
internal sealed class TransportRules(IOptions<EgressOptions> options)
{
    private const int FirstFreePort = 1024;

    private readonly bool allowHttp = options.Value.AllowHttp;
    private readonly bool allowAnyPort = options.Value.AllowAnyPort;

    public Refusal? Check(bool https, int port)
    {
        if (!https && !allowHttp) return UrlRefusals.Scheme;
        return IsUsual(https, port) || (allowAnyPort && !IsService(port)) ? null : UrlRefusals.Port;
    }

    private static bool IsUsual(bool https, int port) => https ? port is 443 or 8443 : port is 80 or 8080;

    /// <summary>
    /// Ports whose services may be talked into something by an HTTP request. Below 1024 (RFC 6335 "system ports") that is all but the
    /// two of HTTP itself; above, what the Fetch Standard calls bad ports, and the usual databases, queues and control planes.
    /// </summary>
    private static bool IsService(int port) => (port < FirstFreePort && port is not (80 or 443)) || services.Contains(port);

    private static readonly FrozenSet<int> services = FrozenSet.ToFrozenSet(
    [
        1433, 1434, 1521, 3306, 5432, 5984, 6379, 6380, 9042, 9200, 9300, 11211, 27017, 27018, 27019, // databases and caches
        2181, 4222, 5671, 5672, 9092, 61613, 61616,                                                   // queues
        2375, 2376, 2379, 2380, 6443, 10250, 10255,                                                   // Docker, etcd, Kubernetes
        1719, 1720, 1723, 2049, 3389, 3659, 4045, 4190, 5060, 5061, 5900, 5985, 5986, 6000, 6566,     // calls, files, screens, shells
        6665, 6666, 6667, 6668, 6669, 6679, 6697, 9100, 10080,                                        // chat, printers, backup
    ]);
}
