namespace WebhookVerifier;

/// <summary>Makes <c>v1a</c> tokens for the header <c>webhook-signature</c>. Thread-safe.</summary>
public static class Ed25519Signer
{
    /// <summary>Signs with one key: <c>v1a,</c> and the base64 of the Ed25519 signature over <c>id.unixSeconds.body</c>.</summary>
    /// <param name="key">The private key.</param>
    /// <param name="id">The <c>webhook-id</c>: 1 to 256 of <c>A-Z a-z 0-9 _ -</c>.</param>
    /// <param name="unixSeconds">The <c>webhook-timestamp</c>: when this attempt is made, in seconds since 1970.</param>
    /// <param name="body">The very bytes that are sent.</param>
    /// <exception cref="ArgumentException">The id has another form.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or after the year 9999 (a sign of milliseconds).</exception>
    public static string Sign(Ed25519SigningKey key, string id, long unixSeconds, byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return SignAll([key], id, unixSeconds, body);
    }

    /// <summary>Signs with each of the keys, in their order, separated by a space.</summary>
    /// <param name="keys">1 to 16 keys: more is more than a receiver has to read.</param>
    /// <param name="id">The <c>webhook-id</c>: 1 to 256 of <c>A-Z a-z 0-9 _ -</c>.</param>
    /// <param name="unixSeconds">The <c>webhook-timestamp</c>: when this attempt is made, in seconds since 1970.</param>
    /// <param name="body">The very bytes that are sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or after the year 9999 (a sign of milliseconds).</exception>
    /// <exception cref="ArgumentException">The id has another form, or the number of keys is out of range.</exception>
    public static string Sign(IReadOnlyList<Ed25519SigningKey> keys, string id, long unixSeconds, byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return SignAll(keys, id, unixSeconds, body);
    }

#if NET
    /// <inheritdoc cref="Sign(Ed25519SigningKey, string, long, byte[])"/>
    public static string Sign(Ed25519SigningKey key, string id, long unixSeconds, ReadOnlySpan<byte> body) =>
        SignAll([key], id, unixSeconds, body);

    /// <inheritdoc cref="Sign(IReadOnlyList{Ed25519SigningKey}, string, long, byte[])"/>
    public static string Sign(IReadOnlyList<Ed25519SigningKey> keys, string id, long unixSeconds, ReadOnlySpan<byte> body) =>
        SignAll(keys, id, unixSeconds, body);
#endif

    private static string SignAll(IReadOnlyList<Ed25519SigningKey> keys, string id, long unixSeconds, Body body)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(id);
        if (keys.Count is 0 or > SignatureTokens.Most)
            throw new ArgumentException($"A webhook is signed with 1 to {SignatureTokens.Most} keys, not {keys.Count}.", nameof(keys));
        if (!WebhookId.IsValid(id))
            throw new ArgumentException($"An id is 1 to {WebhookId.Longest} of A-Z a-z 0-9 _ -.", nameof(id));
        if (!Timestamp.IsValid(unixSeconds))
            throw new ArgumentOutOfRangeException(nameof(unixSeconds), unixSeconds, $"A time is 0 to {Timestamp.Latest} seconds since 1970.");

        var content = Ed25519Signature.Content(id, unixSeconds, body);
        return string.Join(" ", keys.Select(key => Ed25519Signature.Sign(key, content)));
    }
}
