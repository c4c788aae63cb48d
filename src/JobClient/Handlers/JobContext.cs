namespace Webhooks.Handlers;

/// <summary>What a handler may know about its job, and say while it runs. Good for one attempt.</summary>
public abstract class JobContext
{
    /// <summary><c>job_</c> and 26 characters.</summary>
    public abstract string JobId { get; }

    /// <summary>The job's type.</summary>
    public abstract string Type { get; }

    /// <summary>Which attempt this is: 1 for the first.</summary>
    public abstract int Attempt { get; }

    /// <summary>How many attempts the job has.</summary>
    public abstract int MaxAttempts { get; }

    /// <summary>
    /// The same for all attempts of one job and never another's: pass it on wherever a repeated side effect must count once.
    /// </summary>
    public abstract string IdempotencyToken { get; }

    /// <summary>
    /// Fires when the work should end: on cancel, timeout, lost lease or shutdown. What is reported afterwards may be refused.
    /// </summary>
    public abstract CancellationToken Stop { get; }

    /// <summary>Why <see cref="Stop"/> fired; <see cref="StopReason.None"/> before.</summary>
    public abstract StopReason StopReason { get; }

    /// <summary>
    /// Says how far the work is. Readers get one <c>job.progress</c> a second at most, the newest; reporting often costs little.
    /// </summary>
    /// <param name="percent">0 to 100.</param>
    /// <param name="message">For people; the one before is kept if null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> isn't from 0 to 100.</exception>
    /// <exception cref="OperationCanceledException">The job isn't this attempt's any more.</exception>
    public abstract Task ReportProgressAsync(double percent, string? message = null);

    /// <summary>
    /// Gives out a part of the work before its end: one <c>job.output</c> event each, in order. An attempt that follows gives out its own.
    /// </summary>
    /// <param name="data">What the readers get.</param>
    /// <exception cref="OperationCanceledException">The job isn't this attempt's any more.</exception>
    public abstract Task OutputAsync<T>(T data);

    /// <summary>
    /// What the newest checkpoint says, of this attempt or of one before; the default of <typeparamref name="T"/> if there is none.
    /// </summary>
    public abstract T? Checkpoint<T>();

    /// <summary>Keeps a state for the attempt that may follow. Returns when it is durable; replaces the one before.</summary>
    /// <param name="state">As small as may be.</param>
    /// <exception cref="OperationCanceledException">The job isn't this attempt's any more.</exception>
    public abstract Task SaveCheckpointAsync<T>(T state);

    /// <summary>
    /// Uploads the result as bytes of any kind, for one that is no JSON or larger than 1 MiB. Returns when the bytes are durable; they become the job's
    /// result when the handler returns null. Any other value that it returns is the result instead, and the bytes are dropped, as they are when the attempt
    /// ends otherwise. A second upload replaces the first. The lease is kept meanwhile, and there is no limit to the time but the attempt's own.
    /// </summary>
    /// <param name="content">
    /// Read from where it stands to its end, and left open. One that can seek is sent again when the service doesn't answer, as long as the lease lasts.
    /// </param>
    /// <param name="contentType">The media type that the bytes are given out as, such as <c>application/pdf</c> (RFC 9110, section 8.3.1).</param>
    /// <param name="stop">Ends the upload; nothing is kept then.</param>
    /// <exception cref="ArgumentException"><paramref name="content"/> can't be read, or <paramref name="contentType"/> is no media type.</exception>
    /// <exception cref="JobFailedException">
    /// The service refuses the bytes, as when there are more than <c>Results:MaxBytes</c>; or (<c>upload_failed</c>) it did not answer, and the content can't
    /// seek: whoever can open it anew may call again.
    /// </exception>
    /// <exception cref="OperationCanceledException">The job isn't this attempt's any more, or <paramref name="stop"/> fired.</exception>
    public abstract Task UploadResultAsync(Stream content, string contentType, CancellationToken stop = default);
}

/// <summary>Why a running attempt should end.</summary>
public enum StopReason
{
    /// <summary>It shouldn't.</summary>
    None = 0,

    /// <summary>Somebody canceled the job: it ends as canceled.</summary>
    Canceled = 1,

    /// <summary>The attempt used up its <c>timeout_seconds</c>: it counts as failed.</summary>
    TimedOut = 2,

    /// <summary>The job went to another claim: nothing that this attempt still says is kept.</summary>
    LeaseLost = 3,

    /// <summary>The process stops: the attempt is given back and doesn't count.</summary>
    ShuttingDown = 4,
}
