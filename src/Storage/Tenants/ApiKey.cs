namespace Storage.Tenants;

internal enum Role { Client = 0, Worker = 1, Admin = 2 }

/// <summary>A key to the API. Only the SHA-256 hash of its text is stored; 256 random bits need no slow hash.</summary>
internal sealed class ApiKey : INamed
{
    public static string Prefix => "key_";

    public required Id<ApiKey> Id { get; init; }

    public required Id<Tenant> TenantId { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    /// <summary>Job types a worker key is bound to, separated by spaces; null: all.</summary>
    public string? Types { get; init; }

    public required byte[] Hash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }

    public bool IsGood(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);
}
