using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.Contract;

/// <summary>An error of the service: <c>application/problem+json</c> (RFC 9457) with a code.</summary>
public sealed record ProblemDocument
{
    /// <summary><c>/problems/</c> and the code.</summary>
    public string? Type { get; init; }

    /// <summary>What kind of error it is, for people.</summary>
    public string? Title { get; init; }

    /// <summary>The status code of the answer.</summary>
    public int? Status { get; init; }

    /// <summary>What happened this time: names the field and the rule.</summary>
    public string? Detail { get; init; }

    /// <summary>The resource or request that it is about.</summary>
    public string? Instance { get; init; }

    /// <summary>What programs decide by: stable <c>snake_case</c>, such as the <see cref="ProblemCodes"/>.</summary>
    public string? Code { get; init; }

    /// <summary>Whatever else the answer says (RFC 9457, section 3.2).</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extensions { get; set; }
}

/// <summary>Codes of problems that callers decide by. The list is open: a newer service may answer others.</summary>
public static class ProblemCodes
{
    /// <summary>Not strict JSON of the right shape (400), or a value that a rule refuses (422).</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>No key, or one that doesn't work (401).</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>The key's role may not do that (403).</summary>
    public const string Forbidden = "forbidden";

    /// <summary>Unknown, or another tenant's (404).</summary>
    public const string NotFound = "not_found";

    /// <summary>The same <c>Idempotency-Key</c> came with another body (422).</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";

    /// <summary>A callback's URL leads where deliveries may not go (422).</summary>
    public const string AddressNotAllowed = "address_not_allowed";

    /// <summary>A later claim owns the job (412).</summary>
    public const string StaleFence = "stale_fence";

    /// <summary>This key, or this address, asks more often than it may (429).</summary>
    public const string TooManyRequests = "too_many_requests";

    /// <summary>As many jobs of the tenant are pending as may be (429).</summary>
    public const string TooManyPendingJobs = "too_many_pending_jobs";

    /// <summary>A result was asked for before there is one (409).</summary>
    public const string JobNotFinished = "job_not_finished";

    /// <summary>A result was asked for, and there will be none (409).</summary>
    public const string JobFailed = "job_failed";
}
