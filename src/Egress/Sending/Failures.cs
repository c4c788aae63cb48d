using System.Net.Sockets;

namespace Egress;

/// <summary>
/// Makes a verdict of whatever <see cref="SocketsHttpHandler"/> throws. Plain replies make it throw much more than
/// <see cref="HttpRequestException"/>: <see cref="InvalidOperationException"/>, <see cref="ArgumentException"/>,
/// <see cref="IOException"/>, … So everything that is not known better is the receiver's bad HTTP.
/// </summary>
internal static class Failures
{
    /// <param name="exception">What was thrown.</param>
    /// <param name="late">Whether the deadline has passed: then what broke, broke because of that.</param>
    /// <param name="dispatch">The request.</param>
    public static (EgressError Error, string Detail) Read(Exception exception, bool late, Dispatch dispatch)
    {
        if (Find<EgressException>(exception) is { } verdict) return (verdict.Error, verdict.Detail);
        if (late || exception is OperationCanceledException || Find<TimeoutException>(exception) is not null)
            return (EgressError.Timeout, dispatch.TimeoutDetail);

        return exception switch
        {
            HttpRequestException request => Read(request.HttpRequestError, exception),
            HttpIOException body => Read(body.HttpRequestError, exception),
            IOException => (EgressError.ConnectionLost, "connection_reset"),
            _ => (EgressError.ProtocolError, "malformed_response"),
        };
    }

    private static (EgressError, string) Read(HttpRequestError error, Exception exception) => error switch
    {
        HttpRequestError.NameResolutionError => (EgressError.DnsFailed, "name_not_found"),
        HttpRequestError.ConnectionError => (EgressError.ConnectFailed, "not_connected"),
        HttpRequestError.SecureConnectionError => (EgressError.TlsFailed, "handshake_failed"),
        HttpRequestError.ResponseEnded => (EgressError.ConnectionLost, "response_ended"),
        HttpRequestError.ConfigurationLimitExceeded => (EgressError.ProtocolError, "headers_too_large"),
        _ when Find<SocketException>(exception) is not null => (EgressError.ConnectionLost, "connection_reset"),
        _ => (EgressError.ProtocolError, "malformed_response"),
    };

    private static T? Find<T>(Exception? exception) where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found) return found;
        }
        return null;
    }
}
