using System.Net;
using System.Net.Sockets;

namespace Egress;

/// <summary>Turns a host name into addresses. Tests play hostile name servers here; the system's resolver is the other one.</summary>
internal interface IResolver
{
    /// <summary>All addresses of a name, in the order to try them.</summary>
    /// <param name="host">Lower-case ASCII; never an address.</param>
    /// <param name="cancel">Fires at the request's deadline.</param>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.HostNotFound"/> and <see cref="SocketError.NoData"/> are the name's fault; <see cref="SocketError.TryAgain"/> and
    /// <see cref="SocketError.NoRecovery"/> may be; all others are the resolver's.
    /// </exception>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel);
}
