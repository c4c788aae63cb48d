using System.Text;

namespace WebhookVerifier;

/// <summary>Makes the value of the header <c>webhook-signature</c>. Thread-safe; nothing allocated grows with the body.</summary>
public static class WebhookSigner
{
    /// <summary>Signs with one secret: <c>v1,</c> and the base64 of HMAC-SHA256 over <c>id.unixSeconds.body</c>.</summary>
    /// <param name="secret">The secret shared with the receiver.</param>
    /// <param name="id">The <c>webhook-id</c>: 1 to 256 of <c>A-Z a-z 0-9 _ -</c>. No full stop: it would make the signed content
    /// ambiguous.</param>
    /// <param name="unixSeconds">The <c>webhook-timestamp</c>: when this attempt is made, in seconds since 1970.</param>
    /// <param name="body">The very bytes that are sent.</param>
    /// <exception cref="ArgumentException">The id has another form.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or after the year 9999 (a sign of milliseconds).</exception>
    public static string Sign(WebhookSecret secret, string id, long unixSeconds, byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return SignOne(secret, id, unixSeconds, body);
    }

    /// <summary>
    /// Signs with each of the secrets, in their order, separated by a space: so a receiver may hold the old or the new one.
    /// </summary>
    /// <param name="secrets">1 to 16 secrets: more is more than a receiver has to read.</param>
    /// <param name="id">The <c>webhook-id</c>: 1 to 256 of <c>A-Z a-z 0-9 _ -</c>.</param>
    /// <param name="unixSeconds">The <c>webhook-timestamp</c>: when this attempt is made, in seconds since 1970.</param>
    /// <param name="body">The very bytes that are sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or after the year 9999 (a sign of milliseconds).</exception>
    /// <exception cref="ArgumentException">The id has another form, or the number of secrets is out of range.</exception>
    public static string Sign(IReadOnlyList<WebhookSecret> secrets, string id, long unixSeconds, byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return SignAll(secrets, id, unixSeconds, body);
    }

#if NET
    /// <inheritdoc cref="Sign(WebhookSecret, string, long, byte[])"/>
    public static string Sign(WebhookSecret secret, string id, long unixSeconds, ReadOnlySpan<byte> body) =>
        SignOne(secret, id, unixSeconds, body);

    /// <inheritdoc cref="Sign(IReadOnlyList{WebhookSecret}, string, long, byte[])"/>
    public static string Sign(IReadOnlyList<WebhookSecret> secrets, string id, long unixSeconds, ReadOnlySpan<byte> body) =>
        SignAll(secrets, id, unixSeconds, body);
#endif

    private static string SignOne(WebhookSecret secret, string id, long unixSeconds, Body body)
    {
        ArgumentNullException.ThrowIfNull(secret);
        Check(id, unixSeconds);
        return Signature.Scheme + Signature.Compute(secret, id, unixSeconds, body);
    }

    private static string SignAll(IReadOnlyList<WebhookSecret> secrets, string id, long unixSeconds, Body body)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        Check(id, unixSeconds);
        if (secrets.Count is 0 or > SignatureTokens.Most)
            throw new ArgumentException($"A webhook is signed with 1 to {SignatureTokens.Most} secrets, not {secrets.Count}.", nameof(secrets));
        if (secrets.Count == 1)
            return Signature.Scheme + Signature.Compute(secrets[0], id, unixSeconds, body);

        var header = new StringBuilder(secrets.Count * (Signature.Scheme.Length + Signature.Length + 1));
        for (var i = 0; i < secrets.Count; i++)
        {
            if (i > 0) header.Append(' ');
            header.Append(Signature.Scheme).Append(Signature.Compute(secrets[i], id, unixSeconds, body));
        }

        return header.ToString();
    }

    private static void Check(string id, long unixSeconds)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!WebhookId.IsValid(id))
            throw new ArgumentException($"A webhook-id is 1 to {WebhookId.Longest} of A-Z, a-z, 0-9, '_' and '-'.", nameof(id));
        if (!Timestamp.IsValid(unixSeconds))
            throw new ArgumentOutOfRangeException(
                nameof(unixSeconds), unixSeconds, $"A webhook-timestamp is 0 to {Timestamp.Latest} seconds.");
    }
}
