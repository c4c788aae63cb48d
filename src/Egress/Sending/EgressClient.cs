using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Egress;

/// <summary>
/// Sends requests, with one deadline over all of it and a bounded answer. HTTP/1.1 only: HTTP/3 would go past
/// <see cref="SocketsHttpHandler.ConnectCallback"/>, and on one HTTP/2 connection a broken stream takes its neighbours with it, while
/// connections that are kept make small requests as cheap. Thread-safe; one for the whole process.
/// </summary>
internal sealed class EgressClient : IDisposable
{
    private readonly HttpMessageInvoker invoker;
    private readonly Deadlines deadlines = new();
    private readonly TimeProvider time;

    /// <param name="connector">Opens the connections.</param>
    /// <param name="options">Limits of connections.</param>
    /// <param name="time">Measures durations.</param>
    /// <param name="roots">The roots to trust instead of the machine's.</param>
    public EgressClient(
        GuardedConnector connector, IOptions<EgressOptions> options, TimeProvider time, X509Certificate2Collection? roots = null)
    {
        invoker = new HttpMessageInvoker(EgressHandler.Create(options.Value, connector, roots));
        this.time = time;
    }

    /// <summary>Sends a request and reads its answer. Whatever the network or the receiver does is an <see cref="EgressAnswer"/>.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="deadline">The time for DNS, connecting, TLS, sending, headers and body together.</param>
    /// <param name="stop">Abandons the request; it may have been sent.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> fired.</exception>
    public async Task<EgressAnswer> SendAsync(EgressRequest request, TimeSpan deadline, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (FindFault(request) is { } fault) return new EgressAnswer.Failed(EgressError.InvalidRequest, fault);
        if (deadline <= TimeSpan.Zero) return new EgressAnswer.Failed(EgressError.Timeout, "while_waiting");

        using var dispatch = new Dispatch(request, deadline, time);
        using var limit = deadlines.Start(deadline, stop);
        HttpResponseMessage? response = null;
        try
        {
            response = await invoker.SendAsync(dispatch, limit.Token);
            dispatch.Enter(Phase.Reading);
            return await ReadAsync(request, response, dispatch, limit.Token);
        }
        catch (Exception exception)
        {
            stop.ThrowIfCancellationRequested();
            var (error, detail) = Failures.Read(exception, limit.Token.IsCancellationRequested, dispatch);
            return new EgressAnswer.Failed(error, detail, (int?)response?.StatusCode, HeadersOf(response)) { Took = dispatch.Durations() };
        }
        finally
        {
            response?.Dispose();
        }
    }

    public void Dispose() => invoker.Dispose();

    private static async ValueTask<EgressAnswer> ReadAsync(
        EgressRequest request, HttpResponseMessage response, Dispatch dispatch, CancellationToken cancel)
    {
        var (body, truncated) = IsTunnel(request, response)
            ? ([], false)
            : await BoundedBody.ReadAsync(response.Content, request.MaxResponseBytes, cancel);
        var (status, took) = ((int)response.StatusCode, dispatch.Durations());
        if (truncated && request.WholeResponse)
            return new EgressAnswer.Failed(EgressError.ResponseTooLarge, "body_too_large", status, HeadersOf(response)) { Took = took };
        return new EgressAnswer.Answered(status, HeadersOf(response), body, truncated) { Took = took };
    }

    private static AnswerHeaders HeadersOf(HttpResponseMessage? response) => response is null ? default : new(response.Headers, response.Content.Headers);

    /// <summary>What would break the request apart, or never end.</summary>
    private static string? FindFault(EgressRequest request)
    {
        if (!request.Url.IsAbsoluteUri || request.Url.Scheme is not ("https" or "http")) return "url_not_http";
        if (request.ContentType is not null && !HeaderRules.IsWellFormed("Content-Type", request.ContentType)) return "malformed_header";
        for (var i = 0; i < request.Headers.Count; i++)
        {
            if (!HeaderRules.IsWellFormed(request.Headers[i].Key, request.Headers[i].Value)) return "malformed_header";
        }
        return null;
    }

    /// <summary>After these the connection is a tunnel, and its end is not the end of an answer.</summary>
    private static bool IsTunnel(EgressRequest request, HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.SwitchingProtocols || request.Method == HttpMethod.Connect;
}
