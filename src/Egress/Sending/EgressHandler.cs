using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Egress;

/// <summary>The one <see cref="SocketsHttpHandler"/>: everything that it would do by itself is off.</summary>
internal static class EgressHandler
{
    /// <summary>How long a connection may take to open when its request no longer waits for it.</summary>
    private static readonly TimeSpan connectTimeout = TimeSpan.FromSeconds(15);

    private const int ResponseHeaderKiB = 16;

    public static SocketsHttpHandler Create(EgressOptions options, GuardedConnector connector, X509Certificate2Collection? roots) => new()
    {
        ConnectCallback = connector.ConnectAsync,
        PlaintextStreamFilter = MarkReady,
        SslOptions = ServerTrust.Create(roots),

        UseProxy = false, // a proxy from the environment would connect for us, past the guard
        AllowAutoRedirect = false,
        UseCookies = false, // one jar for all tenants
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null, // traceparent and baggage are nobody else's business

        MaxConnectionsPerServer = options.MaxConnectionsPerOrigin,
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = options.ConnectionLifetime,
        PooledConnectionIdleTimeout = options.ConnectionIdle,
        MaxResponseHeadersLength = ResponseHeaderKiB,
        MaxResponseDrainSize = 0, // what was not read is not fetched to save a connection
        ResponseDrainTimeout = TimeSpan.Zero,
    };

    /// <summary>Called when a connection can carry requests, after TLS.</summary>
    private static ValueTask<Stream> MarkReady(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancel)
    {
        ((Dispatch)context.InitialRequestMessage).Enter(Phase.Waiting);
        return ValueTask.FromResult(context.PlaintextStream);
    }
}
