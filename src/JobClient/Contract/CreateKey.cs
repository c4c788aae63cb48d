namespace Webhooks.Contract;

/// <summary>Body of <c>POST /keys</c>.</summary>
public sealed record CreateKey
{
    /// <summary>Says to people what the key is for. Required.</summary>
    public string? Name { get; init; }

    /// <summary>One of <see cref="KeyRoles"/>. Required.</summary>
    public string? Role { get; init; }

    /// <summary>The job types that a worker's key may claim. Default: all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>When the key stops working. Default: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What a key may do.</summary>
public static class KeyRoles
{
    /// <summary>Submits, reads and cancels jobs.</summary>
    public const string Client = "client";

    /// <summary>Claims jobs and reports on them.</summary>
    public const string Worker = "worker";

    /// <summary>All that the other two may, and administration.</summary>
    public const string Admin = "admin";
}
