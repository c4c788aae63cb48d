namespace Webhooks.Handlers;

/// <summary>
/// Runs the jobs of one type, inside the service or in a worker anywhere. Execution is at least once: an attempt whose process dies, or that loses its lease, is
/// followed by another while attempts are left, so side effects want <see cref="JobContext.IdempotencyToken"/> and long work a checkpoint.
/// </summary>
/// <typeparam name="TInput">What the job's <c>input</c> is read as.</typeparam>
/// <typeparam name="TResult">What becomes the job's <c>result</c>.</typeparam>
public interface IJobHandler<in TInput, TResult>
{
    /// <summary>
    /// Does the work of one attempt. Returning settles the job as succeeded. <see cref="JobFailedException"/> fails the attempt as it says;
    /// any other exception fails it with a retry. <see cref="OperationCanceledException"/> after <see cref="JobContext.Stop"/> ends it as
    /// the <see cref="JobContext.StopReason"/> says.
    /// </summary>
    /// <param name="input">The job's input.</param>
    /// <param name="context">What the handler may know and say while it runs.</param>
    Task<TResult> RunAsync(TInput input, JobContext context);
}
