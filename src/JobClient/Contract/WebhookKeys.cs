namespace Webhooks.Contract;

/// <summary>Answer of <c>GET /.well-known/webhook-keys</c>: the public keys that one issuer's deliveries are signed with.</summary>
public sealed record WebhookKeys
{
    /// <summary>Whose keys these are. A receiver keeps to the issuer that it was given: another issuer's keys are another sender's.</summary>
    public required string Issuer { get; init; }

    /// <summary>The keys that sign now, newest first; empty where the issuer signs with shared secrets only.</summary>
    public required IReadOnlyList<WebhookKey> Keys { get; init; }
}

/// <summary>A public key.</summary>
public sealed record WebhookKey
{
    /// <summary>Names the key.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="SigningSchemes"/>: <see cref="SigningSchemes.V1a"/>.</summary>
    public required string Scheme { get; init; }

    /// <summary><c>whpk_…</c>: the base64 of an Ed25519 key (RFC 8032).</summary>
    public required string PublicKey { get; init; }

    /// <summary>When it stops signing; null while that is not known.</summary>
    public DateTimeOffset? ActiveUntil { get; init; }
}
