using System.Text.Json;
using JobApi.Http;
using Storage.Jobs;
using Webhooks.Contract;
using Webhooks.Handlers;

namespace JobApi.Handlers;

/// <summary>What a handler says during one attempt, as changes of its job that name the attempt's fence.</summary>
internal sealed class AttemptContext(RunningJob running, JobWriter writer, TimeProvider clock, TimeSpan lease) : JobContext
{
    private const int LongestMessage = 1000;

    private readonly Lock _order = new();
    private readonly long _fence = running.Fence;
    private byte[]? _saved = running.Job.Saved;
    private int _outputs;

    public override string JobId { get; } = running.Job.Id.ToString();

    public override string Type { get; } = running.Job.Type;

    public override int Attempt { get; } = running.Job.Attempt;

    public override int MaxAttempts { get; } = running.Job.MaxAttempts;

    public override string IdempotencyToken => JobId;

    public override CancellationToken Stop => running.Stop;

    public override StopReason StopReason => running.Reason;

    public override async Task ReportProgressAsync(double percent, string? message = null)
    {
        if (!(percent is >= 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "Progress is from 0 to 100.");
        ThrowIfLost();
        running.Progress.Report(percent, message is null ? null : TextRules.Fit(message, LongestMessage));
        if (running.Progress.TakeIfDue(clock.GetUtcNow()) is { } news)
            await MakeAsync((log, job) => JobTransitions.Report(log, job, _fence, news.Percent, news.Message));
    }

    public override Task OutputAsync<T>(T data)
    {
        var bytes = Json(data, "output_too_large", "An output");
        // The order of numbers is the order of writing, or a later one would make an earlier one look repeated.
        lock (_order)
        {
            var number = ++_outputs;
            return MakeAsync((log, job) => JobTransitions.Output(log, job, _fence, number, bytes));
        }
    }

    public override T? Checkpoint<T>()
        where T : default => _saved is null ? default : JsonSerializer.Deserialize<T>(_saved, ContractJson.Options);

    public override async Task SaveCheckpointAsync<T>(T state)
    {
        var bytes = Json(state, "checkpoint_too_large", "A checkpoint");
        await MakeAsync((log, job) => JobTransitions.Renew(log, job, _fence, lease, bytes));
        _saved = bytes;
    }

    private static byte[] Json<T>(T value, string code, string what)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options);
        return bytes.Length <= Outcome.LargestResult ? bytes : throw new JobFailedException(code, $"{what} is larger than 1 MiB.", retryable: false);
    }

    private async Task MakeAsync(Func<JobLog, Job?, Change> change)
    {
        ThrowIfLost();
        if (await writer.ChangeAsync(running.Job.Id, change) is Change.StaleFence or Change.NotFound)
            running.End(StopReason.LeaseLost);
        ThrowIfLost();
    }

    private void ThrowIfLost()
    {
        if (running.Reason is StopReason.LeaseLost or StopReason.TimedOut)
            throw new OperationCanceledException("The job isn't this attempt's any more.", running.Stop);
    }
}
