using System.ComponentModel.DataAnnotations;

namespace Webhooks.Contract;

/// <summary>A job type of the tenant, in <c>GET /types</c>: one that has a limit or is paused, has running jobs, or a live worker.</summary>
public sealed record TypeDocument
{
    /// <summary>The type.</summary>
    public required string Type { get; init; }

    /// <summary>Whether claims of it wait until it is resumed.</summary>
    public required bool Paused { get; init; }

    /// <summary>How many of its jobs run at once at the most; null for no limit.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>How many of its jobs run now.</summary>
    public required int Running { get; init; }

    /// <summary>How many live workers do it.</summary>
    public required int Workers { get; init; }
}

/// <summary>Body of <c>PUT /types/{type}</c> and of <c>PUT /limits</c>; answer of the latter and of <c>GET /limits</c>.</summary>
public sealed record Limits
{
    /// <summary>How many jobs run at once at the most: 1 to 1,000,000. Null, or left out: no limit. Jobs that run already go on.</summary>
    [Range(1, 1_000_000)]
    public int? MaxRunning { get; init; }
}
