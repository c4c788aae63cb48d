using JobApi.Results;
using JobApi.Workers;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Webhooks.Contract;
using Webhooks.Workers.Attempts;
using Webhooks.Workers.Line;
using Output = Webhooks.Workers.Line.Output;

namespace JobApi.Handlers;

/// <summary>
/// The worker contract without HTTP, for handlers in this process: the same desk and the same door as behind the routes, for jobs of every
/// tenant.
/// </summary>
internal sealed partial class InProcessLine(ClaimDesk desk, WorkerDoor door, ResultUpload results, ILogger<InProcessLine> logger) : IWorkerLine
{
    private static readonly string WorkerName = $"{Environment.MachineName}:{Environment.ProcessId}";

    public Task<Reply> ClaimAsync(IReadOnlyList<string> types, int most, TimeSpan lease, TimeSpan wait, CancellationToken stop) => TryAsync(async () =>
    {
        var jobs = await desk.ClaimAsync(new(new ClaimWish(null, types, most, WorkerName, lease)), wait, stop);
        return new Reply.Claimed([.. jobs.Select(Of)]);
    });

    public Task<Reply> HeartbeatAsync(Claim job, Beat beat) => TryAsync(async () =>
    {
        var told = await door.HeartbeatAsync(Held(job), new(beat.News?.Percent, beat.News?.Message, beat.Checkpoint, beat.Lease));
        return told.Value is { } renewed ? new Reply.Kept(renewed.CancelRequested) : new Reply.NotOurs();
    });

    public Task<Reply> OutputAsync(Claim job, IReadOnlyList<Output> outputs) => TryAsync(async () =>
        Meaning((await door.AppendAsync(Held(job), [.. outputs.Select(o => new JobApi.Workers.Output(o.Number, o.Data))])).Change));

    public async Task<Reply> UploadAsync(Claim job, Upload upload, CancellationToken stop)
    {
        if (MediaType.Read(upload.ContentType) is not { } type)
            return new Reply.Refused(ProblemCodes.InvalidRequest, MediaType.Sentence);
        try
        {
            return await results.KeepAsync(Held(job), upload, type, null, stop) switch
            {
                Kept.Recorded => new Reply.Done(),
                Kept.TooLarge => new Reply.Refused(ResultUpload.TooLargeCode, results.TooLargeSentence),
                _ => new Reply.NotOurs(),
            };
        }
        catch (Exception error) when (upload.Fault is null && !stop.IsCancellationRequested)
        {
            Log.NotKept(logger, error);
            return new Reply.Away(error.GetType().Name);
        }
    }

    public Task<Reply> EndAsync(Claim job, Outcome outcome) => TryAsync(async () => Meaning((await (outcome switch
    {
        Outcome.Done done => door.CompleteAsync(Held(job), done.Result),
        Outcome.Failed failed => door.FailAsync(Held(job), new(failed.Code, failed.Message, failed.Retryable, failed.RetryAfter)),
        Outcome.Canceled => door.CanceledAsync(Held(job)),
        _ => door.ReleaseAsync(Held(job), TimeSpan.Zero),
    })).Change));

    private static Held Held(Claim job) => ((RowClaim)job).Held;

    private static Reply Meaning(Change change) => change is Change.Made or Change.Repeated ? new Reply.Done() : new Reply.NotOurs();

    /// <summary>A database that does not answer is, to a worker, a service that is away.</summary>
    private async Task<Reply> TryAsync(Func<Task<Reply>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception error)
        {
            Log.Failed(logger, error);
            return new Reply.Away(error.GetType().Name);
        }
    }

    private static RowClaim Of(Job row) => new()
    {
        Held = new(row.Id, row.Fence, Reach.Everything), Id = row.Id.ToString(), Type = row.Type, Attempt = row.Attempt, MaxAttempts = row.MaxAttempts,
        IdempotencyToken = row.Id.ToString(), Timeout = TimeSpan.FromSeconds(row.TimeoutSeconds), Input = row.Input, Checkpoint = row.Saved,
        CancelRequested = row.CancelRequestedAt is not null,
    };

    private sealed class RowClaim : Claim
    {
        public required Held Held { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The database did not take what a handler of this process said; tried again while its lease lasts.")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Error, "The result that a handler of this process uploaded could not be kept.")]
        public static partial void NotKept(ILogger logger, Exception error);
    }
}
