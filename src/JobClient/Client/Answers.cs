using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>How an answer of the service is read: as what was asked for, or as a problem.</summary>
internal static class Answers
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

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
