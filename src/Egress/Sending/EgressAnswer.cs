namespace Egress;

/// <summary>What came of a request.</summary>
internal abstract record EgressAnswer
{
    private EgressAnswer() { }

    /// <summary>Where the time went.</summary>
    public Durations Took { get; internal init; }

    /// <summary>The receiver answered, with whatever status.</summary>
    /// <param name="Status">0 to 999, as it came; 3xx too, which is never followed.</param>
    /// <param name="Headers">The answer's headers.</param>
    /// <param name="Body">At most <see cref="EgressRequest.MaxResponseBytes"/>, still compressed if it came so.</param>
    /// <param name="Truncated">Whether there was more.</param>
    internal sealed record Answered(int Status, AnswerHeaders Headers, ReadOnlyMemory<byte> Body, bool Truncated) : EgressAnswer;

    /// <summary>There is no answer, or not all of it.</summary>
    /// <param name="Error">The class of the failure.</param>
    /// <param name="Detail">
    /// A finer snake_case reason out of a fixed set (<c>name_not_found</c>, <c>dns_mixed_answer</c>, <c>certificate_expired</c>,
    /// <c>while_connecting</c>, …): no address and no foreign text, so that a tenant may see it.
    /// </param>
    /// <param name="Status">The status, where it had come before the failure.</param>
    /// <param name="Headers">The headers, where they had come before the failure; else there are none.</param>
    internal sealed record Failed(EgressError Error, string Detail, int? Status = null, AnswerHeaders Headers = default) : EgressAnswer;
}

/// <summary>Where the time of a request went; a part is null where it did not happen, as on a connection that was kept.</summary>
/// <param name="Dns">Resolving the name.</param>
/// <param name="Connect">Connecting, over all addresses tried.</param>
/// <param name="Tls">The handshake; zero over plain <c>http</c>.</param>
/// <param name="FirstByte">From the start until the headers of the answer were there.</param>
/// <param name="Total">From the start to the end.</param>
internal readonly record struct Durations(TimeSpan? Dns, TimeSpan? Connect, TimeSpan? Tls, TimeSpan? FirstByte, TimeSpan Total);
