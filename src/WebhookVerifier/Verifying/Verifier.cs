namespace WebhookVerifier;

/// <summary>
/// Decides whether a webhook came from a holder of the secret, just now, unchanged (Standard Webhooks 1.0.0, "Verifying webhooks").
/// Bytes in, verdict out: whatever the network sends, it answers and does not throw. Immutable and thread-safe; make one and keep it.
/// </summary>
public sealed class Verifier
{
    private readonly WebhookSecret[] secrets;
    private readonly long tolerance;

    /// <summary>A verifier that accepts a signature by any of these keys.</summary>
    /// <param name="keys">
    /// At least one, as configured: <c>whsec_…</c>, or its base64 alone. A <c>whpk_…</c> key is accepted so that a configuration may be
    /// shared with readers of <c>v1a</c>, but it verifies nothing here: it is never used as an HMAC key.
    /// </param>
    /// <param name="options">Tolerance; the defaults when <see langword="null"/>.</param>
    /// <exception cref="FormatException">A key is malformed, shorter than 24 or longer than 64 bytes, or a private <c>whsk_</c>
    /// key.</exception>
    /// <exception cref="ArgumentException">There are no keys.</exception>
    public Verifier(IEnumerable<string> keys, VerifierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var all = keys.ToArray();
        if (all.Length == 0) throw NoKeys(nameof(keys));

        secrets = [.. all.Where(key => key is null || !Ed25519Key.IsPublic(key)).Select(WebhookSecret.Parse)];
        tolerance = Seconds(options);
    }

    /// <inheritdoc cref="Verifier(IEnumerable{string}, VerifierOptions?)"/>
    public Verifier(IEnumerable<string> keys)
        : this(keys, null)
    {
    }

    /// <summary>A verifier that accepts a signature by any of these secrets.</summary>
    /// <param name="secrets">At least one.</param>
    /// <param name="options">Tolerance; the defaults when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">There are no secrets.</exception>
    public Verifier(IEnumerable<WebhookSecret> secrets, VerifierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        this.secrets = [.. secrets];
        if (this.secrets.Length == 0 || this.secrets.Contains(null!)) throw NoKeys(nameof(secrets));

        tolerance = Seconds(options);
    }

    /// <inheritdoc cref="Verifier(IEnumerable{WebhookSecret}, VerifierOptions?)"/>
    public Verifier(IEnumerable<WebhookSecret> secrets)
        : this(secrets, null)
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

        var tokens = SignatureTokens.Find(signature!, Signature.Scheme, Signature.Length);
        if (tokens.TooMany) return Verdict.TooManySignatures;
        return AnyMatches(tokens, signature!, id!, sentAt, body) ? Verdict.Ok : Verdict.NoMatch;
    }

    // Every secret meets every signature, found or not: how long this takes tells nothing about which one fitted.
    private bool AnyMatches(SignatureTokens tokens, string header, string id, long sentAt, Body body)
    {
        if (tokens.Count == 0) return false;

        var matched = false;
        foreach (var secret in secrets)
        {
            var expected = Signature.Compute(secret, id, sentAt, body);
            for (var i = 0; i < tokens.Count; i++)
                matched |= FixedTime.Equals(expected, header, tokens[i]);
        }

        return matched;
    }

    private static long Seconds(VerifierOptions? options) => (long)(options ?? new VerifierOptions()).Tolerance.TotalSeconds;

    private static ArgumentException NoKeys(string parameter) =>
        new("A verifier needs at least one key: without one, it could only refuse everything.", parameter);
}
