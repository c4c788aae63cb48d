using System.Net;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Extensions.Http;

namespace Webhooks.Client.Sending;

/// <summary>Which calls are repeated, after which failures, and how long to wait before.</summary>
internal sealed class Repeats
{
    private static readonly IAsyncPolicy<HttpResponseMessage> Never = Policy.NoOpAsync<HttpResponseMessage>();

    private readonly JobClientOptions _options;
    private readonly TimeProvider _time;
    private readonly IAsyncPolicy<HttpResponseMessage> _policy;

    public Repeats(IOptions<JobClientOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _policy = HttpPolicyExtensions.HandleTransientHttpError()
            .OrResult(answer => answer.StatusCode is HttpStatusCode.TooManyRequests || FirstIsUndecided(answer))
            .RetryAsync(_options.Retries, (failure, repeat, context) => Attempt.WaitFirst(context, WaitBefore(repeat, failure.Result?.Headers.AskedWait(_time))));
    }

    public IAsyncPolicy<HttpResponseMessage> For(HttpRequestMessage request) => MayBeRepeated(request) ? _policy : Never;

    /// <summary>Reads, replacements and deletions (idempotent by contract) and whatever names an idempotency key. A probe asks how things are now.</summary>
    private static bool MayBeRepeated(HttpRequestMessage request) =>
        !request.Asks(Manner.Once) && (NamesItsKey(request)
        || request.Method == HttpMethod.Delete
        || request.Method == HttpMethod.Put
        || request.Method == HttpMethod.Get && !request.RequestUri!.AbsolutePath.Contains("/health/", StringComparison.Ordinal));

    /// <summary>409 with <c>Retry-After</c>: a request with this idempotency key, ours most likely, is still being worked on.</summary>
    private static bool FirstIsUndecided(HttpResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.Conflict && answer.Headers.RetryAfter is not null
        && answer.RequestMessage is { } request && NamesItsKey(request);

    private static bool NamesItsKey(HttpRequestMessage request) => request.Headers.Contains("Idempotency-Key");

    /// <summary>
    /// <c>RetryDelay · 2^(repeat - 1)</c>, at most 30 s, and up to half of it more; with the default delay 0.5, 1, 2, 4 s. A
    /// <c>Retry-After</c> that asks for more gets it.
    /// </summary>
    public TimeSpan WaitBefore(int repeat, TimeSpan? asked)
    {
        var backOff = _options.RetryDelay * Math.Pow(2, Math.Min(repeat - 1, 16));
        if (backOff > TimeSpan.FromSeconds(30))
            backOff = TimeSpan.FromSeconds(30);
        backOff += backOff / 2 * Random.Shared.NextDouble();
        return asked > backOff ? asked.Value : backOff;
    }
}
