using System.Net;
using System.Net.Sockets;

namespace Egress;

/// <summary>
/// The operating system's resolver. It blocks a thread until it answers or gives up, half a minute for a name server that plays dead;
/// so lookups get threads of their own, and not more than <see cref="MostLookups"/>, or a few hostile domains would starve the thread pool.
/// Connections are kept, so lookups are rare.
/// </summary>
internal sealed class SystemResolver : IResolver, IDisposable
{
    private const int MostLookups = 256;

    private readonly SemaphoreSlim lookups = new(MostLookups);

    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        if (!await lookups.WaitAsync(TimeSpan.Zero, cancel)) throw new SocketException((int)SocketError.TooManyOpenSockets);
        return await Task.Factory.StartNew(
            LookUp, Absolute(host), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Dispose() => lookups.Dispose();

    private IPAddress[] LookUp(object? name)
    {
        try
        {
            return Dns.GetHostAddresses((string)name!);
        }
        finally
        {
            lookups.Release();
        }
    }

    /// <summary>
    /// With the final dot the search domains of <c>resolv.conf</c> are left out: <c>a.example.com.cluster.local</c> is never asked for.
    /// </summary>
    private static string Absolute(string host) => host.EndsWith('.') ? host : host + ".";
}
