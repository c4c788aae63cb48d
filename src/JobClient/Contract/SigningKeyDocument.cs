namespace Webhooks.Contract;

/// <summary>One of the keys that deliveries are signed with, as the service shows it.</summary>
public sealed record SigningKeyDocument
{
    /// <summary>Names the key in <c>DELETE /signing-secret/{id}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="SigningSchemes"/>.</summary>
    public required string Scheme { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops signing; null for the newest of its scheme.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether it signs now.</summary>
    public required bool Active { get; init; }

    /// <summary><c>whpk_…</c>, which verifies the signatures of a <see cref="SigningSchemes.V1a"/> key.</summary>
    public string? PublicKey { get; init; }

    /// <summary>The secret itself, only in the answer that made it: <c>whsec_…</c>. A private key is never shown.</summary>
    public Secret? Secret { get; init; }
}

/// <summary>The keys that sign, newest first, and where receivers find the public ones.</summary>
public sealed record SigningKeyList
{
    /// <summary>All keys of the tenant; one that has ended is listed for a day.</summary>
    public required IReadOnlyList<SigningKeyDocument> Items { get; init; }

    /// <summary>Where the tenant's public keys are shown to anybody.</summary>
    public required string PublicKeysUrl { get; init; }
}

/// <summary>How deliveries are signed (Standard Webhooks 1.0.0).</summary>
public static class SigningSchemes
{
    /// <summary>HMAC-SHA256 with a secret that sender and receiver share.</summary>
    public const string V1 = "v1";

    /// <summary>Ed25519: the receiver has a key that verifies and can't sign.</summary>
    public const string V1a = "v1a";
}
