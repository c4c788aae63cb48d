using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using JobApi.Access;
using JobApi.Callbacks;
using JobApi.Http;
using Storage;
using Storage.Jobs;
using Webhooks.Contract;

namespace JobApi.Jobs;

/// <summary>A job as it is to be stored, made from a request that every rule lets pass.</summary>
internal sealed record Submission(Job Job, IReadOnlyList<Callback> Callbacks)
{
    private const int MostMetadata = 16;
    private const int LongestLabel = 100;
    private const int LongestText = 1000;

    private static readonly byte[] Null = "null"u8.ToArray();

    public static bool TryMake(
        SubmitJob body, IdempotencyKey key, Caller caller, CallbackRules rules, DateTimeOffset now,
        [NotNullWhen(true)] out Submission? submission, [NotNullWhen(false)] out Problem? fault)
    {
        submission = null;
        fault = Fault(body);
        if (fault is not null)
            return false;
        var job = NewJob(body, key, caller, now);
        if (!TryMakeCallbacks(body, job, rules, now, out var callbacks, out fault))
            return false;
        submission = new(job, callbacks);
        return true;
    }

    /// <summary>The same work once more: same input, same limits, same callbacks, a life of its own.</summary>
    public static Submission Again(Job done, IReadOnlyList<Callback> callbacks, IdempotencyKey key, DateTimeOffset now)
    {
        var job = new Job
        {
            Id = Id<Job>.New(now), TenantId = done.TenantId, Type = done.Type, Priority = done.Priority, MaxAttempts = done.MaxAttempts,
            MaxLostLeases = done.MaxLostLeases, BackoffBase = done.BackoffBase, BackoffFactor = done.BackoffFactor, BackoffMax = done.BackoffMax,
            TimeoutSeconds = done.TimeoutSeconds, TtlSeconds = done.TtlSeconds, Metadata = done.Metadata, Input = done.Input, RedriveOf = done.Id,
            CreatedAt = now, DueAt = now, IdempotencyHash = key.Hash, RequestHash = key.RequestHash,
        };
        return new(job, [.. callbacks.Where(c => c.Status == CallbackStatus.Active).Select(c => new Callback
        {
            Id = Id<Callback>.New(now), TenantId = c.TenantId, JobId = job.Id, Url = c.Url, ReceiverId = c.ReceiverId, Events = c.Events,
            Private = c.Private, Ordering = c.Ordering, Schedule = c.Schedule, CreatedAt = now,
        })]);
    }

    private static Job NewJob(SubmitJob body, IdempotencyKey key, Caller caller, DateTimeOffset now) => new()
    {
        Id = Id<Job>.New(now), TenantId = caller.Tenant, Type = body.Type!, Priority = body.Priority ?? 5, MaxAttempts = body.MaxAttempts ?? 3,
        MaxLostLeases = body.MaxLostLeases ?? Job.DefaultMaxLostLeases, BackoffBase = body.Backoff?.BaseSeconds,
        BackoffFactor = body.Backoff?.Factor, BackoffMax = body.Backoff?.MaxSeconds, TimeoutSeconds = body.TimeoutSeconds ?? 600,
        TtlSeconds = body.TtlSeconds ?? Job.TtlByOutcome, RunAt = body.RunAt, StartBy = body.StartBy,
        Metadata = body.Metadata is { Count: > 0 } labels ? JsonSerializer.Serialize(labels, ContractJson.Options) : null,
        Input = body.Input is { } input ? JsonText.Minified(input) : Null,
        CreatedAt = now, DueAt = body.RunAt > now ? body.RunAt.Value : now, IdempotencyHash = key.Hash, RequestHash = key.RequestHash,
    };

    private static Problem? Fault(SubmitJob body) =>
        TypeFault(body.Type)
        ?? Range("priority", body.Priority, 0, 9)
        ?? Range("max_attempts", body.MaxAttempts, 1, 100)
        ?? Range("max_lost_leases", body.MaxLostLeases, 1, 100)
        ?? Range("backoff.base_seconds", body.Backoff?.BaseSeconds, 0, 86_400)
        ?? Range("backoff.factor", body.Backoff?.Factor, 1, 10)
        ?? Range("backoff.max_seconds", body.Backoff?.MaxSeconds, 0, 604_800)
        ?? Range("timeout_seconds", body.TimeoutSeconds, 1, 86_400)
        ?? Range("ttl_seconds", body.TtlSeconds, 0, Job.LongestTtl)
        ?? (body.StartBy < body.RunAt ? Problem.Refused("start_by: must not be before run_at.") : null)
        ?? (body is { CallbackUrl: not null, Callbacks: not null } ? Problem.Refused("callback_url: must not come together with callbacks.") : null)
        ?? MetadataFault(body.Metadata);

    private static Problem? TypeFault(string? type) =>
        type is null ? Problem.Malformed("type: is required.")
        : JobTypeRule.IsMet(type) ? null
        : Problem.Refused($"type: must be {JobTypeRule.Sentence}.");

    private static Problem? Range(string field, double? value, int least, int most) =>
        value < least || value > most ? Problem.Refused($"{field}: must be from {least} to {most}.") : null;

    private static Problem? MetadataFault(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
            return null;
        if (metadata.Count > MostMetadata)
            return Problem.Refused($"metadata: must have at most {MostMetadata} pairs.");
        foreach (var (label, text) in metadata)
        {
            if (text is null)
                return Problem.Malformed("metadata: every value must be a string.");
            var fault = TextRules.Fault("metadata", label, LongestLabel)
                ?? (text.Length == 0 ? null : TextRules.Fault($"metadata.{label}", text, LongestText));
            if (fault is not null)
                return fault;
        }
        return null;
    }

    private static bool TryMakeCallbacks(
        SubmitJob body, Job job, CallbackRules rules, DateTimeOffset now,
        [NotNullWhen(true)] out IReadOnlyList<Callback>? callbacks, [NotNullWhen(false)] out Problem? fault)
    {
        (callbacks, fault) = ([], null);
        if (body.CallbackUrl is null && body.Callbacks is null)
            return true;
        var wanted = body.Callbacks ?? [new CreateCallback { Url = body.CallbackUrl }];
        if (wanted.Count > CallbackRules.Most)
            fault = CallbackRules.TooMany;
        var made = new List<Callback>(wanted.Count);
        for (var i = 0; i < wanted.Count && fault is null; i++)
        {
            var path = body.CallbackUrl is null ? $"callbacks[{i}]." : "callback_";
            if (rules.TryMake(wanted[i], path, job.Id, job.TenantId, now, out var callback, out fault))
                made.Add(callback);
        }
        callbacks = fault is null ? made : null;
        return fault is null;
    }
}
