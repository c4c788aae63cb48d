namespace Egress;

/// <summary>Why there is no answer.</summary>
internal enum EgressError
{
    /// <summary>The name does not exist, or has no addresses.</summary>
    DnsFailed,

    /// <summary>The resolver gave no verdict on the name: our own fault, as far as we can see, so it should cost no attempt.</summary>
    ResolverFailed,

    /// <summary>The guard refused an address that the name resolves to; nothing was sent.</summary>
    BlockedAddress,

    /// <summary>No address accepted a connection.</summary>
    ConnectFailed,

    /// <summary>The server did not prove who it is, or speaks no TLS that we do; no byte of the request was sent.</summary>
    TlsFailed,

    /// <summary>The deadline passed; the request may have been sent.</summary>
    Timeout,

    /// <summary>The connection broke; the request may have been sent.</summary>
    ConnectionLost,

    /// <summary>What came back is not HTTP, or its headers are larger than 16 KiB.</summary>
    ProtocolError,

    /// <summary>The body is longer than the request accepts, and the request wanted the whole of it.</summary>
    ResponseTooLarge,

    /// <summary>The request itself cannot be written; nothing was sent.</summary>
    InvalidRequest,
}

/// <summary>Stable names of errors, for attempt rows, metrics and documents.</summary>
internal static class EgressErrorCode
{
    public static string ToCode(this EgressError error) => error switch
    {
        EgressError.DnsFailed => "dns_failed",
        EgressError.ResolverFailed => "resolver_failed",
        EgressError.BlockedAddress => "blocked_address",
        EgressError.ConnectFailed => "connect_failed",
        EgressError.TlsFailed => "tls_failed",
        EgressError.Timeout => "timeout",
        EgressError.ConnectionLost => "connection_lost",
        EgressError.ProtocolError => "protocol_error",
        EgressError.ResponseTooLarge => "response_too_large",
        EgressError.InvalidRequest => "invalid_request",
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "Not an error of egress."),
    };
}
