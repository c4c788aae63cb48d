namespace Storage.Tenants;

/// <summary>How a key signs (Standard Webhooks 1.0.0): <c>v1</c> with a shared secret, <c>v1a</c> with an Ed25519 key.</summary>
internal enum SigningScheme { V1 = 0, V1a = 1 }

/// <summary>One of the keys that a tenant's deliveries are signed with. The newest of a scheme stays, older ones sign along until they end.</summary>
internal sealed class SigningKey : INamed
{
    public static string Prefix => "sgk_";

    public required Id<SigningKey> Id { get; init; }

    public required Id<Tenant> TenantId { get; init; }

    public required SigningScheme Scheme { get; init; }

    /// <summary>The secret's bytes (<c>v1</c>) or the private key's seed (<c>v1a</c>), encrypted by <see cref="SecretBox"/>.</summary>
    public required byte[] Sealed { get; init; }

    /// <summary><c>whpk_…</c>, for <c>v1a</c>.</summary>
    public string? PublicKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops signing; null for the newest of its scheme.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool SignsAt(DateTimeOffset now) => ExpiresAt is null || ExpiresAt > now;
}
