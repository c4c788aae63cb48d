using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.Contract;

/// <summary>One change of one job: the body of a webhook, the data of the event stream and the polled item are these same bytes.</summary>
public sealed record JobEvent
{
    /// <summary>One of <see cref="JobEventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>
    /// What changed. <c>job_id</c>, <c>seq</c> and <c>status</c> are always there; a terminal event has the whole
    /// <see cref="JobDocument"/>.
    /// </summary>
    public required JsonElement Data { get; init; }

    /// <summary>The job that changed.</summary>
    [JsonIgnore]
    public string JobId => Data.GetProperty("job_id").GetString()!;

    /// <summary>1, 2, 3… without a gap within a job.</summary>
    [JsonIgnore]
    public int Seq => Data.GetProperty("seq").GetInt32();

    /// <summary>The job's state after the change: one of <see cref="JobStatuses"/>.</summary>
    [JsonIgnore]
    public string Status => Data.GetProperty("status").GetString()!;
}

/// <summary>A page of one job's events.</summary>
public sealed record EventPage
{
    /// <summary>In the order of <c>seq</c>.</summary>
    public required IReadOnlyList<JobEvent> Events { get; init; }

    /// <summary>The <c>after</c> that asks for what follows.</summary>
    public required int NextAfter { get; init; }

    /// <summary>Whether nothing will ever follow.</summary>
    public required bool Terminal { get; init; }
}
