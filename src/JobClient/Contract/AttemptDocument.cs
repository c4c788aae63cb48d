namespace Webhooks.Contract;

/// <summary>One POST of one delivery. It is written before the send, so an attempt without an end was cut short.</summary>
public sealed record AttemptDocument
{
    /// <summary>1, 2, 3… within the delivery.</summary>
    public required int Number { get; init; }

    /// <summary>The round that it belongs to.</summary>
    public required int Round { get; init; }

    /// <summary>When the send began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its outcome was known.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What the receiver answered; null if it didn't.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The class of what went wrong, one of <see cref="AttemptErrors"/>; null after a 2xx.</summary>
    public string? Error { get; init; }

    /// <summary>A finer reason out of a fixed set, such as <c>certificate_expired</c> or <c>while_connecting</c>.</summary>
    public string? ErrorDetail { get; init; }

    /// <summary>Milliseconds from start to outcome.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Where the time went.</summary>
    public AttemptDurations? Durations { get; init; }

    /// <summary>The beginning of the answer's body: at most 4 KiB.</summary>
    public string? ResponseExcerpt { get; init; }

    /// <summary>The process that sent it.</summary>
    public string? Engine { get; init; }
}

/// <summary>Where the time of an attempt went, in milliseconds. A part that did not happen is absent, as on a connection that was kept.</summary>
public sealed record AttemptDurations
{
    /// <summary>Resolving the name.</summary>
    public int? DnsMs { get; init; }

    /// <summary>Connecting, over all addresses tried.</summary>
    public int? ConnectMs { get; init; }

    /// <summary>The TLS handshake.</summary>
    public int? TlsMs { get; init; }

    /// <summary>From the start until the headers of the answer were there.</summary>
    public int? FirstByteMs { get; init; }

    /// <summary>From the start to the outcome.</summary>
    public required long TotalMs { get; init; }
}

/// <summary>Classes of what can go wrong with an attempt.</summary>
public static class AttemptErrors
{
    /// <summary>An answer that is no 2xx; <see cref="AttemptDocument.StatusCode"/> has it.</summary>
    public const string HttpStatus = "http_status";

    /// <summary>The name does not exist, has no addresses, or its own name servers are broken.</summary>
    public const string DnsFailed = "dns_failed";

    /// <summary>The guard refused an address that the name resolves to; nothing was sent.</summary>
    public const string BlockedAddress = "blocked_address";

    /// <summary>No address accepted a connection.</summary>
    public const string ConnectFailed = "connect_failed";

    /// <summary>The receiver did not prove who it is, or speaks no TLS 1.2; nothing was sent.</summary>
    public const string TlsFailed = "tls_failed";

    /// <summary>The deadline passed; the request may have arrived.</summary>
    public const string Timeout = "timeout";

    /// <summary>The connection broke; the request may have arrived.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>What came back is not HTTP, or its headers are larger than 16 KiB.</summary>
    public const string ProtocolError = "protocol_error";

    /// <summary>The engine died between the row and the outcome; the request may have arrived.</summary>
    public const string EngineLost = "engine_lost";

    /// <summary>The engine was stopped before there was an outcome. Costs no attempt.</summary>
    public const string EngineStopped = "engine_stopped";

    /// <summary>The service's own resolver gave no verdict. Costs no attempt.</summary>
    public const string ResolverFailed = "resolver_failed";

    /// <summary>Another fault of the service: its key ring, its database. Costs no attempt.</summary>
    public const string OwnFault = "own_fault";
}
