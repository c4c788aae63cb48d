using System.Net;
using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>The service refused a request. Not thrown when there was no answer: that stays an <see cref="HttpRequestException"/>.</summary>
public sealed class JobApiException : Exception
{
    internal JobApiException(HttpStatusCode statusCode, ProblemDocument? problem, TimeSpan? retryAfter)
        : base(problem is null
            ? $"The service answered {(int)statusCode}."
            : $"The service answered {(int)statusCode} {problem.Code}: {problem.Detail ?? problem.Title}")
    {
        StatusCode = statusCode;
        Problem = problem;
        RetryAfter = retryAfter;
    }

    /// <summary>The answer's status code.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>
    /// What to decide by: stable <c>snake_case</c>, such as the <see cref="ProblemCodes"/>. Null when something else answered, such as a
    /// proxy.
    /// </summary>
    public string? Code => Problem?.Code;

    /// <summary>What happened, for people: names the field and the rule.</summary>
    public string? Detail => Problem?.Detail;

    /// <summary>The whole problem (RFC 9457).</summary>
    public ProblemDocument? Problem { get; }

    /// <summary>How long the service asks to wait before trying again.</summary>
    public TimeSpan? RetryAfter { get; }
}
