using System.Net.Http.Headers;
using System.Text.Json;
using Webhooks.Contract;
using Webhooks.Handlers;
using Webhooks.Workers.Line;

namespace Webhooks.Workers.Attempts;

/// <summary>What a handler says during one attempt, as calls that name the attempt's fence.</summary>
internal sealed class AttemptContext : JobContext
{
    private const int LongestMessage = 1000;

    private readonly RunningAttempt _attempt;
    private readonly PatientLine _line;
    private readonly Outbox _outbox;
    private byte[]? _saved;

    public AttemptContext(RunningAttempt attempt, PatientLine line)
    {
        (_attempt, _line, _saved) = (attempt, line, attempt.Job.Checkpoint);
        _outbox = new(outputs => line.OutputAsync(attempt, outputs));
    }

    /// <summary>Whether the result is there already, as bytes.</summary>
    public bool HasUploaded { get; private set; }

    public override string JobId => _attempt.Job.Id;

    public override string Type => _attempt.Job.Type;

    public override int Attempt => _attempt.Job.Attempt;

    public override int MaxAttempts => _attempt.Job.MaxAttempts;

    public override string IdempotencyToken => _attempt.Job.IdempotencyToken;

    public override CancellationToken Stop => _attempt.Stop;

    public override StopReason StopReason => _attempt.Reason;

    public override async Task ReportProgressAsync(double percent, string? message = null)
    {
        if (!(percent is >= 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "Progress is from 0 to 100.");
        ThrowIfLost();
        _attempt.Progress.Report(percent, string.IsNullOrEmpty(message) ? null : StorableText.Fit(message, LongestMessage));
        if (!_attempt.Lease.IsResting && _attempt.Progress.TakeIfDue() is { } news)
            await _line.BeatAsync(_attempt, news);
        ThrowIfLost();
    }

    public override async Task OutputAsync<T>(T data)
    {
        ThrowIfLost();
        Require(await _outbox.SendAsync(Json(data, "output_too_large", "An output")));
    }

    public override T? Checkpoint<T>()
        where T : default => _saved is { } saved ? JsonSerializer.Deserialize<T>(saved, ContractJson.Options) : default;

    public override async Task SaveCheckpointAsync<T>(T state)
    {
        ThrowIfLost();
        var bytes = Json(state, "checkpoint_too_large", "A checkpoint");
        Require(await _line.SaveAsync(_attempt, bytes));
        _saved = bytes;
    }

    public override async Task UploadResultAsync(Stream content, string contentType, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (!content.CanRead)
            throw new ArgumentException("The content can't be read.", nameof(content));
        if (!MediaTypeHeaderValue.TryParse(contentType, out _))
            throw new ArgumentException("The content type is no media type.", nameof(contentType));
        ThrowIfLost();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var ending = Stop.Register(() =>
        {
            if (IsLost)
                either.Cancel();
        });
        var reply = await _line.UploadAsync(_attempt, new(content, contentType), either.Token);
        if (reply is Reply.Away away)
            throw new JobFailedException("upload_failed", $"The result could not be uploaded: {away.Why}");
        Require(reply);
        HasUploaded = true;
    }

    /// <summary>Waits for outputs that the handler did not wait for.</summary>
    public Task<Reply> FlushAsync() => _outbox.FlushAsync();

    private static byte[] Json<T>(T value, string code, string what)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options);
        return bytes.Length <= Outcome.LargestResult ? bytes : throw new JobFailedException(code, $"{what} is larger than 1 MiB.", retryable: false);
    }

    private void Require(Reply reply)
    {
        if (reply is Reply.Refused refused)
            throw new JobFailedException(refused.Code, refused.Why, retryable: false);
        ThrowIfLost();
    }

    private bool IsLost => _attempt.Reason is StopReason.LeaseLost or StopReason.TimedOut;

    private void ThrowIfLost()
    {
        if (IsLost)
            throw new OperationCanceledException("The job isn't this attempt's any more.", _attempt.Stop);
    }
}
