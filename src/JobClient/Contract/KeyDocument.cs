namespace Webhooks.Contract;

/// <summary>An API key as the service shows it.</summary>
public sealed record KeyDocument
{
    /// <summary>Names the key in <c>DELETE /keys/{id}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Says to people what the key is for.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="KeyRoles"/>.</summary>
    public required string Role { get; init; }

    /// <summary>The job types that a worker's key may claim; null for all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The key itself, only in the answer that made it: <c>whk_…</c>.</summary>
    public Secret? Key { get; init; }
}
