using Storage.Jobs;
using Webhooks.Handlers;

namespace JobApi.Handlers;

/// <summary>One attempt that this process works on: its lease, its deadline and the signal that ends it.</summary>
internal sealed class RunningJob : IDisposable
{
    private readonly Lock _ending = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _over;

    public RunningJob(Job job, DateTimeOffset renewAt)
    {
        Job = job;
        Fence = job.Fence;
        EndsAt = job.AttemptEndsAt!.Value;
        RenewAt = renewAt;
        Progress = new(job.ProgressMessage);
        Stop = _stop.Token;
    }

    public Job Job { get; }

    public long Fence { get; }

    /// <summary>When the attempt has used up its time.</summary>
    public DateTimeOffset EndsAt { get; }

    public DateTimeOffset RenewAt { get; set; }

    public Progress Progress { get; }

    public CancellationToken Stop { get; }

    public StopReason Reason { get; private set; }

    /// <summary>Ends when the handler has ended and its outcome is written.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

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
