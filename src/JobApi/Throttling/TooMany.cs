using System.Globalization;
using JobApi.Http;
using Webhooks.Contract;

namespace JobApi.Throttling;

/// <summary><c>429</c>, and the headers that say how much is left (draft-ietf-httpapi-ratelimit-headers).</summary>
internal static class TooMany
{
    public static Problem Requests(TimeSpan wait) => Of(ProblemCodes.TooManyRequests, "This key makes more requests than it may.", wait);

    public static Problem WrongKeys(TimeSpan wait) => Of(ProblemCodes.TooManyRequests, "Authorization: too many wrong keys came from this address.", wait);

    public static Problem PendingJobs(int most, TimeSpan wait) =>
        Of(ProblemCodes.TooManyPendingJobs, $"{most} jobs of this tenant are pending, which is as many as may be.", wait);

    /// <summary><c>RateLimit-Policy: "key";q=100;w=60</c> and <c>RateLimit: "key";r=42;t=35</c>: quota, window, what is left, seconds until all of it is back.</summary>
    public static void Tell(IHeaderDictionary headers, string policy, int quota, TimeSpan? window, int left, TimeSpan reset)
    {
        headers["RateLimit-Policy"] = window is { } length ? $"\"{policy}\";q={quota};w={Seconds(length)}" : $"\"{policy}\";q={quota}";
        headers["RateLimit"] = $"\"{policy}\";r={left};t={Seconds(reset)}";
    }

    private static Problem Of(string code, string detail, TimeSpan wait) =>
        new(StatusCodes.Status429TooManyRequests, code, detail) { RetryAfter = wait };

    private static string Seconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
