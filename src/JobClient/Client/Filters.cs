using Refit;
using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>Which jobs to list. What is null isn't asked for.</summary>
public sealed record JobFilter
{
    /// <summary>One of <see cref="JobStatuses"/>.</summary>
    public string? Status { get; init; }

    /// <summary>The job's type.</summary>
    public string? Type { get; init; }

    /// <summary>Accepted later than this.</summary>
    [Query(Format = "o")]
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Accepted earlier than this.</summary>
    [Query(Format = "o")]
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>How many one call brings. Default: what the service thinks right.</summary>
    public int? Limit { get; init; }
}

/// <summary>Which deliveries to list. What is null isn't asked for.</summary>
public sealed record DeliveryFilter
{
    /// <summary>One of <see cref="DeliveryStatuses"/>.</summary>
    public string? Status { get; init; }

    /// <summary>Of this job.</summary>
    public string? JobId { get; init; }

    /// <summary>Owed to this receiver.</summary>
    public string? ReceiverId { get; init; }

    /// <summary>One of <see cref="JobEventTypes"/>.</summary>
    public string? EventType { get; init; }

    /// <summary>Parked or canceled for this reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Of events later than this.</summary>
    [Query(Format = "o")]
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Of events earlier than this.</summary>
    [Query(Format = "o")]
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>How many one call brings. Default: what the service thinks right.</summary>
    public int? Limit { get; init; }
}

/// <summary>Which receivers to list. What is null isn't asked for.</summary>
public sealed record ReceiverFilter
{
    /// <summary>One of <see cref="ReceiverStatuses"/>.</summary>
    public string? Status { get; init; }

    /// <summary>The one at this origin, as <c>https://host:port</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>How many one call brings. Default: what the service thinks right.</summary>
    public int? Limit { get; init; }
}
