using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.Contract;

/// <summary>
/// One change of one job: the body of a webhook, the data of the event stream and the polled item are these same bytes. A receiver reads a
/// webhook, after it was verified, with <see cref="Parse"/>, and has what a reader of the stream has.
/// </summary>
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

    /// <summary>The event's id on every way: <c>evt_</c>, the job's id, <c>_</c> and the <see cref="Seq"/>. It is a webhook's <c>webhook-id</c>.</summary>
    [JsonIgnore]
    public string Id => $"evt_{JobId}_{Seq}";

    /// <summary>The job that changed.</summary>
    [JsonIgnore]
    public string JobId => Data.GetProperty("job_id").GetString()!;

    /// <summary>1, 2, 3… without a gap within a job.</summary>
    [JsonIgnore]
    public int Seq => Data.GetProperty("seq").GetInt32();

    /// <summary>The job's state after the change: one of <see cref="JobStatuses"/>.</summary>
    [JsonIgnore]
    public string Status => Data.GetProperty("status").GetString()!;

    /// <summary>Whether nothing follows it.</summary>
    [JsonIgnore]
    public bool IsTerminal => JobEventTypes.IsTerminal(Type);

    /// <summary>Percent done, 0 to 100; null where the event says nothing of it.</summary>
    [JsonIgnore]
    public double? Progress => Member("progress") is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    /// <summary>What the handler says to people about its progress.</summary>
    [JsonIgnore]
    public string? ProgressMessage => Text("progress_message");

    /// <summary>Of <see cref="JobEventTypes.Output"/>: the part of the work that was given out. Null on all others.</summary>
    [JsonIgnore]
    public JsonElement? Output => Member("output");

    /// <summary>Which attempt the event is about; null where it is about none.</summary>
    [JsonIgnore]
    public int? Attempt => Member("attempt") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;

    /// <summary>Why the job or the attempt failed; null where nothing did.</summary>
    [JsonIgnore]
    public JobError? Error => Member("error")?.Deserialize<JobError>(ContractJson.Options);

    /// <summary>Of <see cref="JobEventTypes.RetryScheduled"/>: when the next attempt may begin.</summary>
    [JsonIgnore]
    public DateTimeOffset? NextAttemptAt => Member("next_attempt_at")?.Deserialize<DateTimeOffset>(ContractJson.Options);

    /// <summary>
    /// Of a terminal event: the job in its last state; null on all others. A large result is left out of it, and so is an uploaded one:
    /// <c>JobClient.GetResultAsync</c> has them all.
    /// </summary>
    [JsonIgnore]
    public JobDocument? Job => IsTerminal ? Data.Deserialize<JobDocument>(ContractJson.Options) : null;

    /// <summary>The <see cref="Output"/> as a type of one's own.</summary>
    /// <exception cref="JsonException">It has another shape.</exception>
    public T? OutputAs<T>() => Output is { } output ? output.Deserialize<T>(ContractJson.Options) : default;

    /// <summary>Reads the body of a webhook, the data of a stream's item, or a polled item.</summary>
    /// <param name="utf8">The bytes as they arrived. Verify a webhook first: this tells nothing about who wrote it.</param>
    /// <exception cref="JsonException">It is no event of a job.</exception>
    public static JobEvent Parse(ReadOnlySpan<byte> utf8)
    {
        var read = JsonSerializer.Deserialize<JobEvent>(utf8, ContractJson.Options);
        return read is not null && read.IsOfAJob ? read : throw new JsonException("This is no event of a job: type, or data with job_id, seq and status is missing.");
    }

    /// <summary>As <see cref="Parse"/>, for what may be something else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out JobEvent? happened)
    {
        try
        {
            happened = Parse(utf8);
            return true;
        }
        catch (JsonException)
        {
            happened = null;
            return false;
        }
    }

    private bool IsOfAJob =>
        Type is not null && Data.ValueKind == JsonValueKind.Object && Text("job_id") is not null && Text("status") is not null
        && Member("seq") is { ValueKind: JsonValueKind.Number } seq && seq.TryGetInt32(out _);

    private JsonElement? Member(string name) => Data.TryGetProperty(name, out var value) ? value : null;

    private string? Text(string name) => Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
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
