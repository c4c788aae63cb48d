using System.Net;
using System.Net.Sockets;

namespace Fixtures;

/// <summary>Finds a loopback port that a server started by a test can listen on.</summary>
public static class FreePort
{
    // Below 32768, where Linux starts to hand out ports for outgoing connections: a port from up there may be
    // taken by somebody's request in the moment before the server binds it.
    private const int Lowest = 10_000;
    private const int Highest = 32_000;

    /// <summary>A TCP port on 127.0.0.1 that nobody listens on now.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            if (CanBind(port)) return port;
        }
    }

    private static bool CanBind(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
