using Storage.Tenants;

namespace Storage.Workers;

/// <summary>
/// Somebody who claims jobs, as far as people want to know: written every few seconds, never per job. A handler host of the service itself
/// belongs to no tenant; what it did for each is counted under that tenant and the same name.
/// </summary>
internal sealed class Worker
{
    public const int LongestName = 200;
    public const int LongestVersion = 100;

    /// <summary>The tenant of those who work for all.</summary>
    public static Id<Tenant> Everybody { get; }

    public required Id<Tenant> TenantId { get; init; }

    public required string Name { get; init; }

    /// <summary>The types that it last asked for, separated by spaces.</summary>
    public string Types { get; set; } = "";

    public string? Version { get; set; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Until when it counts as being there, if nothing more is heard of it.</summary>
    public DateTimeOffset LiveUntil { get; set; }

    /// <summary>How many attempts it has ended with a result, and with an error.</summary>
    public long Finished { get; set; }
    public long Failed { get; set; }

    public bool IsInProcess => TenantId == Everybody;

    public IReadOnlyList<string> TypeList => Types.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
