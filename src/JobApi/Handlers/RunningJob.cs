using Storage.Jobs;
using Webhooks.Handlers;

namespace JobApi.Handlers;

/// <summary>One attempt that this process works on: its lease, its deadline and the signal that ends it.</summary>
internal sealed class RunningJob(Job job, DateTimeOffset renewAt) : IDisposable
{
    private readonly Lock _ending = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _over;

    public Job Job => job;

    public long Fence { get; } = job.Fence;

    /// <summary>When the attempt has used up its time.</summary>
    public DateTimeOffset EndsAt { get; } = job.AttemptEndsAt!.Value;

    public DateTimeOffset RenewAt { get; set; } = renewAt;

    public CancellationToken Stop => _stop.Token;

    public StopReason Reason { get; private set; }

    /// <summary>Ends when the handler has ended and its outcome is written.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    public Progress Progress { get; } = new(job.ProgressMessage);

    /// <summary>Tells the handler to end; the first reason counts. Its continuations run elsewhere, so a slow one holds nobody up.</summary>
    public void End(StopReason reason)
    {
        lock (_ending)
        {
            if (_over || Reason != StopReason.None)
                return;
            Reason = reason;
            _ = _stop.CancelAsync();
        }
    }

    public void Dispose()
    {
        lock (_ending)
        {
            _over = true;
            _stop.Dispose();
        }
    }
}
