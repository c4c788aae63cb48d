namespace WebhookVerifier;

/// <summary>
/// A <see cref="Verifier"/> that accepts public-key signatures (<c>v1a</c>) next to or instead of shared secrets (<c>v1</c>), by the same
/// rules on headers, id and time. Bytes in, verdict out: whatever the network sends, it answers and does not throw. Immutable and
/// thread-safe; make one and keep it.
/// </summary>
public sealed class Ed25519Verifier
{
    private readonly Ed25519PublicKey[] publicKeys;
    private readonly Verifier? symmetric;
    private readonly long tolerance;

    /// <summary>A verifier that accepts a signature by any of these keys.</summary>
    /// <param name="keys">At least one, as configured: <c>whpk_…</c> for <c>v1a</c>, <c>whsec_…</c> for <c>v1</c>, in any order.</param>
    /// <param name="options">Tolerance; the defaults when <see langword="null"/>.</param>
    /// <exception cref="FormatException">A key is malformed, of another length or of small order, or a private <c>whsk_</c> key.</exception>
    /// <exception cref="ArgumentException">There are no keys.</exception>
    public Ed25519Verifier(IEnumerable<string> keys, VerifierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var all = keys.ToArray();
        if (all.Length == 0)
            throw new ArgumentException("A verifier needs at least one key: without one, it could only refuse everything.", nameof(keys));

        publicKeys = [.. all.Where(IsPublic).Select(Ed25519PublicKey.Parse)];
        var secrets = all.Where(key => !IsPublic(key)).ToArray();
        symmetric = secrets.Length == 0 ? null : new Verifier(secrets, options);
        tolerance = (long)(options ?? new VerifierOptions()).Tolerance.TotalSeconds;
    }

    /// <inheritdoc cref="Ed25519Verifier(IEnumerable{string}, VerifierOptions?)"/>
    public Ed25519Verifier(IEnumerable<string> keys)
        : this(keys, null)
    {
    }

    /// <summary>Verifies a request from all of its headers; a header that came twice is there twice.</summary>
    /// <param name="headers">Names (in any case) and values.</param>
    /// <param name="body">The bytes as received: not decoded, not parsed and written again.</param>
    /// <param name="unixSeconds">Now, in seconds since 1970.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unixSeconds"/> is not a number of seconds (0 to the year
    /// 9999).</exception>
    public Verdict Verify(IEnumerable<KeyValuePair<string, string>> headers, byte[] body, long unixSeconds)
    {
        ArgumentNullException.ThrowIfNull(body);
        return VerifyAll(headers, body, unixSeconds);
    }

    /// <summary>Verifies a request from its three headers. Whoever calls this has made sure that none came twice.</summary>
    /// <param name="id">Value of <c>webhook-id</c>, or <see langword="null"/>.</param>
    /// <param name="timestamp">Value of <c>webhook-timestamp</c>, or <see langword="null"/>.</param>
    /// <param name="signature">Value of <c>webhook-signature</c>, or <see langword="null"/>.</param>
    /// <param name="body">The bytes as received: not decoded, not parsed and written again.</param>
    /// <param name="unixSeconds">Now, in seconds since 1970.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unixSeconds"/> is not a number of seconds (0 to the year
    /// 9999).</exception>
    public Verdict Verify(string? id, string? timestamp, string? signature, byte[] body, long unixSeconds)
    {
        ArgumentNullException.ThrowIfNull(body);
        return VerifyOne(id, timestamp, signature, body, unixSeconds);
    }

#if NET
    /// <inheritdoc cref="Verify(IEnumerable{KeyValuePair{string, string}}, byte[], long)"/>
    public Verdict Verify(IEnumerable<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body, long unixSeconds) =>
        VerifyAll(headers, body, unixSeconds);

    /// <inheritdoc cref="Verify(string?, string?, string?, byte[], long)"/>
    public Verdict Verify(string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body, long unixSeconds) =>
        VerifyOne(id, timestamp, signature, body, unixSeconds);

    /// <summary>Verifies a request from all of its headers, at this clock's time; a header that came twice is there twice.</summary>
    /// <param name="headers">Names (in any case) and values.</param>
    /// <param name="body">The bytes as received: not decoded, not parsed and written again.</param>
    /// <param name="clock">Says what time it is; <see cref="TimeProvider.System"/> in production.</param>
    public Verdict Verify(IEnumerable<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return VerifyAll(headers, body, clock.GetUtcNow().ToUnixTimeSeconds());
    }
#endif

    private Verdict VerifyAll(IEnumerable<KeyValuePair<string, string>> headers, Body body, long unixSeconds)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var signed = SignedHeaders.Read(headers);
        return signed.Repeated ? Verdict.DuplicateHeader : VerifyOne(signed.Id, signed.Timestamp, signed.Signature, body, unixSeconds);
    }

    private Verdict VerifyOne(string? id, string? timestamp, string? signature, Body body, long unixSeconds)
    {
        if (Envelope.Fault(id, timestamp, signature, unixSeconds, tolerance, out var sentAt) is { } fault) return fault;

        var tokens = SignatureTokens.Find(signature!, Ed25519Signature.Scheme, Ed25519Signature.Length);
        if (tokens.TooMany) return Verdict.TooManySignatures;
        return IsByAnyPublicKey(tokens, signature!, id!, sentAt, body)
            ? Verdict.Ok
            : symmetric?.Verify(id, timestamp, signature, body, unixSeconds) ?? Verdict.NoMatch;
    }

    // Public keys hold no secret that time could tell, so the first match ends it.
    private bool IsByAnyPublicKey(SignatureTokens tokens, string header, string id, long sentAt, Body body)
    {
        if (tokens.Count == 0 || publicKeys.Length == 0) return false;

        var content = Ed25519Signature.Content(id, sentAt, body);
        for (var i = 0; i < tokens.Count; i++)
        {
            var base64 = header.Substring(tokens[i], Ed25519Signature.Length);
            foreach (var key in publicKeys)
                if (Ed25519Signature.IsBy(key, content, base64)) return true;
        }

        return false;
    }

    private static bool IsPublic(string key) => key is not null && key.StartsWith(Ed25519PublicKey.Prefix, StringComparison.Ordinal);
}
