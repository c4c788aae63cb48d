using Webhooks.Contract;
using Webhooks.Handlers;

namespace Webhooks.Workers.Attempts;

/// <summary>How an attempt ended.</summary>
internal abstract record Outcome
{
    /// <summary>The largest result in bytes, as large as a request may be.</summary>
    public const int LargestResult = 1024 * 1024;

    private const int LongestCode = 100;
    private const int LongestMessage = 4000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private Outcome() { }

    /// <param name="Result">Minified JSON; null where it was uploaded.</param>
    internal sealed record Done(byte[]? Result) : Outcome;

    internal sealed record Failed(string Code, string Message, bool Retryable, TimeSpan? RetryAfter = null) : Outcome;

    internal sealed record Canceled : Outcome;

    /// <summary>The process stops; the attempt does not count.</summary>
    internal sealed record GivenBack : Outcome;

    /// <summary>What a handler returned is the result, unless it is null and there is an upload.</summary>
    public static Outcome OfResult(byte[] result, bool uploaded) =>
        uploaded && result.AsSpan().SequenceEqual("null"u8) ? new Done(null)
        : result.Length <= LargestResult ? new Done(result)
        : new Failed("result_too_large", "The result is larger than 1 MiB.", Retryable: false);

    public static Outcome TimedOut(TimeSpan limit) => new Failed("timeout", $"The attempt took longer than {limit.TotalSeconds} s.", Retryable: true);

    /// <summary>What an exception means. Only the type of an unexpected one is shown: its message may tell what callers must not know.</summary>
    public static Outcome OfException(Exception error, RunningAttempt attempt) => (error, attempt.Reason) switch
    {
        (JobFailedException failed, _) => new Failed(
            StorableText.Fit(failed.Code, LongestCode), StorableText.Fit(failed.Message, LongestMessage), failed.Retryable, Capped(failed.RetryAfter)),
        (OperationCanceledException, StopReason.Canceled) => new Canceled(),
        (_, StopReason.ShuttingDown) => new GivenBack(),
        (_, StopReason.TimedOut) => TimedOut(attempt.Job.Timeout),
        _ => new Failed("handler_error", StorableText.Fit(error.GetType().Name, LongestMessage), Retryable: true),
    };

    private static TimeSpan? Capped(TimeSpan? wait) => wait > LongestWait ? LongestWait : wait;
}
