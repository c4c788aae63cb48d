using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Egress;

/// <summary>
/// Opens every connection: resolves once, judges all answers, connects to those and nothing else. What the name resolves to a moment
/// later no longer matters (DNS rebinding).
/// </summary>
internal sealed partial class GuardedConnector(
    IResolver resolver, NameFaults faults, AddressGuard guard, TransportRules transport, ILogger<GuardedConnector> log)
{
    /// <summary>More addresses than this of one name are judged but not tried: a name may list a thousand victims.</summary>
    private const int MostAddressesTried = 4;

    /// <summary>The longest wait for one address while others are left: time for one lost SYN, which is repeated after a second.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="EgressException">Says how the attempt failed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var dispatch = (Dispatch)context.InitialRequestMessage;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(dispatch.Left);
        try
        {
            var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
            dispatch.Enter(Phase.Resolving);
            var answers = await ResolveAsync(host, limit.Token);
            Vet(host, answers, port, dispatch.IsHttps);

            dispatch.Enter(Phase.Connecting);
            var socket = await ConnectAsync(InTurn(answers), port, dispatch, limit.Token);
            dispatch.Enter(Phase.Securing);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw dispatch.Timeout(late);
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out var literal)) return [literal];
        IPAddress[] answers;
        try
        {
            answers = await resolver.ResolveAsync(host, cancel).WaitAsync(cancel);
            faults.Answered(host);
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            faults.Answered(host);
            throw new EgressException(EgressError.DnsFailed, "name_not_found", failure);
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.TryAgain or SocketError.NoRecovery && faults.IsOf(host))
        {
            throw new EgressException(EgressError.DnsFailed, "name_servers_failed", failure);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new EgressException(EgressError.ResolverFailed, "resolver_unreachable", failure);
        }
        return answers.Length > 0 ? answers : throw new EgressException(EgressError.DnsFailed, "no_addresses");
    }

    /// <summary>One refused answer refuses them all: a mix of public and private ones is an attack or a mistake.</summary>
    private void Vet(string host, IPAddress[] answers, int port, bool https)
    {
        var refused = 0;
        var why = UrlRefusals.Address.Code;
        foreach (var address in answers)
        {
            var code = guard.Allows(address, port) ? TransportRefusal(address, port, https) : UrlRefusals.Address.Code;
            if (code is null) continue;
            (refused, why) = (refused + 1, code);
            Blocked(host, address, port, code);
        }
        if (refused > 0) throw new EgressException(EgressError.BlockedAddress, refused < answers.Length ? "dns_mixed_answer" : why);
    }

    private string? TransportRefusal(IPAddress address, int port, bool https) =>
        guard.Lists(address, port) ? null : transport.Check(https, port)?.Code;

    /// <summary>Alternates between the families, from the one that the resolver put first: where IPv6 is dead, IPv4 comes second.</summary>
    private static List<IPAddress> InTurn(IPAddress[] answers)
    {
        var first = answers.Where(address => address.AddressFamily == answers[0].AddressFamily).ToArray();
        var second = answers.Where(address => address.AddressFamily != answers[0].AddressFamily).ToArray();
        var turns = new List<IPAddress>(MostAddressesTried);
        for (var i = 0; i < answers.Length && turns.Count < MostAddressesTried; i++)
        {
            if (i < first.Length) turns.Add(first[i]);
            if (i < second.Length && turns.Count < MostAddressesTried) turns.Add(second[i]);
        }
        return turns;
    }

    private static async Task<Socket> ConnectAsync(List<IPAddress> addresses, int port, Dispatch dispatch, CancellationToken cancel)
    {
        for (var i = 0; ; i++)
        {
            var isLast = i == addresses.Count - 1;
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            if (!isLast) turn.CancelAfter(Shorter(patience, dispatch.Left / (addresses.Count - i)));
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], port), turn.Token);
            }
            catch (SocketException failure) when (isLast)
            {
                throw new EgressException(EgressError.ConnectFailed, Detail(failure.SocketErrorCode), failure);
            }
            catch (Exception failure) when (!isLast && !cancel.IsCancellationRequested && IsNoConnection(failure))
            {
                // The next address has its turn.
            }
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint vetted, CancellationToken cancel)
    {
        var socket = new Socket(vetted.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(vetted, cancel);
            if (!vetted.Equals(socket.RemoteEndPoint)) throw new EgressException(EgressError.BlockedAddress, "other_peer");
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsNoConnection(Exception failure) => failure is SocketException or OperationCanceledException;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static string Detail(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "refused",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => "unreachable",
        SocketError.TimedOut => "no_reply",
        _ => "not_connected",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Did not connect to {Host}: it resolves to {Address}, port {Port} ({Code})")]
    private partial void Blocked(string host, IPAddress address, int port, string code);
}
