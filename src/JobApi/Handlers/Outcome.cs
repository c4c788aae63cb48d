using JobApi.Http;
using Storage.Jobs;
using Webhooks.Handlers;

namespace JobApi.Handlers;

/// <summary>How an attempt in this process ended.</summary>
internal abstract record Outcome
{
    /// <summary>The largest result in bytes, as large as a request may be.</summary>
    public const int LargestResult = 1024 * 1024;

    private const int LongestCode = 100;
    private const int LongestMessage = 4000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private Outcome() { }

    internal sealed record Done(byte[] Result) : Outcome;

    internal sealed record Failed(AttemptFailure Failure) : Outcome;

    internal sealed record Canceled : Outcome;

    /// <summary>The process stops; the attempt does not count.</summary>
    internal sealed record GivenBack : Outcome;

    public static Outcome OfResult(byte[] result) => result.Length <= LargestResult
        ? new Done(result)
        : new Failed(new("result_too_large", "The result is larger than 1 MiB.", false, null));

    /// <summary>What an exception means. Only the type of an unexpected one is shown: its message may tell what callers must not know.</summary>
    public static Outcome OfException(Exception error, RunningJob running) => (error, running.Reason) switch
    {
        (JobFailedException failed, _) => new Failed(new(
            TextRules.Fit(failed.Code, LongestCode), TextRules.Fit(failed.Message, LongestMessage), failed.Retryable, Capped(failed.RetryAfter))),
        (OperationCanceledException, StopReason.Canceled) => new Canceled(),
        (_, StopReason.ShuttingDown) => new GivenBack(),
        (_, StopReason.TimedOut) => new Failed(JobTransitions.TimedOut(running.Job)),
        _ => new Failed(new("handler_error", TextRules.Fit(error.GetType().Name, LongestMessage), true, null)),
    };

    /// <summary>The arrow that the job takes.</summary>
    public Change Apply(JobLog log, Job? job, long fence, RetryWaits waits) => this switch
    {
        Done done => JobTransitions.Succeed(log, job, fence, done.Result),
        Failed failed => JobTransitions.Fail(log, job, fence, failed.Failure, waits),
        Canceled => JobTransitions.Canceled(log, job, fence),
        _ => JobTransitions.Release(log, job, fence, TimeSpan.Zero),
    };

    private static TimeSpan? Capped(TimeSpan? wait) => wait > LongestWait ? LongestWait : wait;
}
