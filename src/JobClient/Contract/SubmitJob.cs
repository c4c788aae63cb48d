using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Webhooks.Contract;

/// <summary>Body of <c>POST /jobs</c>. Only <see cref="Type"/> is required; at most 1 MiB as JSON.</summary>
public sealed record SubmitJob
{
    /// <summary>
    /// Which handler or worker runs it: 1 to 64 characters, lower-case letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, the first a letter
    /// or digit.
    /// </summary>
    [RegularExpression("^[a-z0-9][a-z0-9._-]{0,63}$")]
    public string? Type { get; init; }

    /// <summary>What the job works on: any JSON. Default: null.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Short form of <see cref="Callbacks"/>: one URL that gets the terminal event.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>Who is told, and of what: at most 10.</summary>
    [MaxLength(10)]
    public IReadOnlyList<CreateCallback>? Callbacks { get; init; }

    /// <summary>0 to 9; 0 is the most urgent. Default: 5.</summary>
    [Range(0, 9)]
    public int? Priority { get; init; }

    /// <summary>How many attempts may fail: 1 to 100. Attempts whose worker was lost are counted apart. Default: 3.</summary>
    [Range(1, 100)]
    public int? MaxAttempts { get; init; }

    /// <summary>How many attempts may lose their worker before the job fails with <c>worker_lost</c>: 1 to 100. Default: 3.</summary>
    [Range(1, 100)]
    public int? MaxLostLeases { get; init; }

    /// <summary>How long the job waits between its attempts. Default: the service's own back-off.</summary>
    public Backoff? Backoff { get; init; }

    /// <summary>Not to be started before. Default: now.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Seconds that one attempt may take: 1 to 86,400. Default: 600.</summary>
    [Range(1, 86_400)]
    public int? TimeoutSeconds { get; init; }

    /// <summary>Not started by then, the job fails with <c>deadline_exceeded</c>. Default: it waits for ever.</summary>
    public DateTimeOffset? StartBy { get; init; }

    /// <summary>Seconds that the job is kept after it finished: 0 to 31,536,000. Default: what the service is set to, 604,800 (7 days) unless told otherwise.</summary>
    [Range(0, 31_536_000)]
    public int? TtlSeconds { get; init; }

    /// <summary>The caller's own labels, shown in the document: at most 16.</summary>
    [MaxLength(16)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// A job with an input of the caller's own type, written as <see cref="ContractJson"/> writes; add the rest with <c>with</c>.
    /// </summary>
    /// <param name="type">Which handler or worker runs it.</param>
    /// <param name="input">What the job works on.</param>
    public static SubmitJob For<TInput>(string type, TInput input) =>
        new() { Type = type, Input = JsonSerializer.SerializeToElement(input, ContractJson.Options) };
}
