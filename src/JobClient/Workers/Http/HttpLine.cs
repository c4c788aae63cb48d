using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Webhooks.Client;
using Webhooks.Contract;
using Webhooks.Workers.Attempts;
using Webhooks.Workers.Line;

namespace Webhooks.Workers.Http;

/// <summary>The worker contract over HTTP: one request for each call, and one table for what its status means.</summary>
internal sealed class HttpLine(IWorkerRoutes routes, IOptions<JobWorkerOptions> options, TimeProvider clock) : IWorkerLine
{
    private readonly JobWorkerOptions _options = options.Value;

    public Task<Reply> ClaimAsync(IReadOnlyList<string> types, int most, TimeSpan lease, TimeSpan wait, CancellationToken stop)
    {
        var wanted = new ClaimJobs
        {
            Types = types, Max = most, WaitSeconds = Math.Min((int)wait.TotalSeconds, 60), LeaseSeconds = (int)lease.TotalSeconds,
            WorkerId = _options.WorkerId, WorkerVersion = _options.Version,
        };
        return AskAsync(
            cancel => routes.ClaimAsync(wanted, cancel),
            async answer => new Reply.Claimed(
                answer.StatusCode == HttpStatusCode.NoContent ? [] : [.. (await ReadAsync<ClaimedJobs>(answer)).Jobs.Select(Of)]),
            _options.Timeout + wait,
            stop);
    }

    public Task<Reply> HeartbeatAsync(Claim job, Beat beat)
    {
        var (id, fence) = Held(job);
        var body = new Heartbeat
        {
            LeaseSeconds = (int)beat.Lease.TotalSeconds, Progress = beat.News?.Percent, ProgressMessage = beat.News?.Message,
            Checkpoint = beat.Checkpoint is { } state ? Json(state) : null,
        };
        return AskAsync(
            cancel => routes.HeartbeatAsync(id, fence, body, cancel),
            async answer => new Reply.Kept((await ReadAsync<HeartbeatReply>(answer)).CancelRequested));
    }

    public Task<Reply> OutputAsync(Claim job, IReadOnlyList<Output> outputs)
    {
        var (id, fence) = Held(job);
        var body = new AppendOutputs { Outputs = [.. outputs.Select(o => new JobOutput { ClientSeq = o.Number, Data = Json(o.Data) })] };
        return AskAsync(cancel => routes.OutputAsync(id, fence, body, cancel), Done);
    }

    public Task<Reply> UploadAsync(Claim job, Upload upload, CancellationToken stop)
    {
        var (id, fence) = Held(job);
        return AskAsync(
            cancel =>
            {
                var content = new StreamContent(upload);
                content.Headers.TryAddWithoutValidation("Content-Type", upload.ContentType);
                return routes.UploadAsync(id, fence, content, cancel);
            },
            Done,
            Timeout.InfiniteTimeSpan,
            stop);
    }

    public Task<Reply> EndAsync(Claim job, Outcome outcome)
    {
        var (id, fence) = Held(job);
        return AskAsync(
            cancel => outcome switch
            {
                Outcome.Done done => routes.CompleteAsync(id, fence, new() { Result = done.Result is { } result ? Json(result) : null }, cancel),
                Outcome.Failed failed => routes.FailAsync(id, fence, Failure(failed), cancel),
                Outcome.Canceled => routes.CanceledAsync(id, fence, cancel),
                _ => routes.ReleaseAsync(id, fence, new(), cancel),
            },
            Done);
    }

    private static (string Id, long Fence) Held(Claim job) => (job.Id, ((HttpClaim)job).Fence);

    private static FailJob Failure(Outcome.Failed failed) => new()
    {
        Error = new(failed.Code, failed.Message), Retryable = failed.Retryable,
        RetryAfterSeconds = failed.RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null,
    };

    private static JsonElement Json(byte[] json) => JsonElement.Parse(json);

    private static Task<Reply> Done(HttpResponseMessage answer) => Task.FromResult<Reply>(new Reply.Done());

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer) => await answer.ReadAsync<T>(TimeProvider.System, CancellationToken.None);

    private Task<Reply> AskAsync(Func<CancellationToken, Task<HttpResponseMessage>> ask, Func<HttpResponseMessage, Task<Reply>> read) =>
        AskAsync(ask, read, _options.Timeout, CancellationToken.None);

    private async Task<Reply> AskAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> ask, Func<HttpResponseMessage, Task<Reply>> read, TimeSpan patience, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            using var answer = await ask(either.Token);
            await answer.Content.LoadIntoBufferAsync(either.Token);
            return await answer.RefusalAsync(clock) is { } refusal ? Meaning(refusal) : await read(answer);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Reply.Away($"no answer within {patience}");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException)
        {
            return new Reply.Away(error.Message);
        }
    }

    /// <summary>A key that doesn't work may be made to: until then the service is as good as away.</summary>
    private static Reply Meaning(JobApiException refusal) => refusal.StatusCode switch
    {
        HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound => new Reply.NotOurs(),
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity =>
            new Reply.Refused(refusal.Code ?? "refused", refusal.Detail ?? refusal.Message),
        _ => new Reply.Away(refusal.Message, refusal.RetryAfter),
    };

    private static HttpClaim Of(ClaimedJob job) => new()
    {
        Id = job.Id, Type = job.Type, Attempt = job.Attempt, MaxAttempts = job.MaxAttempts, IdempotencyToken = job.IdempotencyToken,
        Timeout = TimeSpan.FromSeconds(job.TimeoutSeconds), Input = Bytes(job.Input), CancelRequested = job.CancelRequested, Fence = job.Fence,
        Checkpoint = job.Checkpoint is { } state ? Bytes(state) : null,
    };

    private static byte[] Bytes(JsonElement json) => JsonMarshal.GetRawUtf8Value(json).ToArray();

    private sealed class HttpClaim : Claim
    {
        public required long Fence { get; init; }
    }
}
