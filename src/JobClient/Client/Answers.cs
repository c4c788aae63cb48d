using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>How an answer of the service is read: as what was asked for, or as a problem.</summary>
internal static class Answers
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan UnaskedWait = TimeSpan.FromSeconds(1);

    /// <exception cref="JobApiException">The service refused.</exception>
    public static async Task<T> ReadAsync<T>(this HttpResponseMessage answer, TimeProvider time, CancellationToken stop)
    {
        if (await answer.RefusalAsync(time) is { } refusal)
            throw refusal;
        return await answer.Content.ReadFromJsonAsync<T>(ContractJson.Options, stop)
            ?? throw new JsonException("The service answered null.");
    }

    /// <summary>Null for 2xx.</summary>
    public static async ValueTask<JobApiException?> RefusalAsync(this HttpResponseMessage answer, TimeProvider time) =>
        answer.IsSuccessStatusCode ? null : new(answer.StatusCode, await answer.ProblemAsync(), answer.Headers.AskedWait(time));

    /// <summary><c>Retry-After</c> (RFC 9110, section 10.2.3), in seconds or as a date; from zero to a day, whatever it says.</summary>
    public static TimeSpan? AskedWait(this HttpResponseHeaders headers, TimeProvider time)
    {
        var wait = headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }

    /// <summary>Whether the same request may succeed later: the service, or something before it, is overloaded or down.</summary>
    public static bool MayPass(this HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
        && answer.StatusCode != HttpStatusCode.NotImplemented;

    /// <summary>
    /// How long to wait after an answer without news. None where the service held it back as it was asked to (RFC 7240); a moment where it said
    /// that it would and came back at once, as it does when it stops; else what it asks for.
    /// </summary>
    public static TimeSpan PauseBeforeAsking(this HttpResponseMessage answer, TimeSpan heldFor, TimeProvider time) =>
        answer.Waits() ? heldFor < UnaskedWait ? UnaskedWait : TimeSpan.Zero : answer.Headers.AskedWait(time) ?? UnaskedWait;

    /// <summary>Whether the service holds answers back as it was asked to (RFC 7240, section 3).</summary>
    public static bool Waits(this HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Preference-Applied", out var applied)
        && applied.Any(preference => preference.Contains("wait", StringComparison.OrdinalIgnoreCase));

    /// <summary>Null when something else than the service answered, such as a proxy.</summary>
    private static async Task<ProblemDocument?> ProblemAsync(this HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return null;
        try
        {
            return await answer.Content.ReadFromJsonAsync<ProblemDocument>(ContractJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
