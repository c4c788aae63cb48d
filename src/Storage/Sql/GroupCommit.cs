using System.Threading.Channels;
using Microsoft.EntityFrameworkCore.Storage;

namespace Storage.Sql;

/// <summary>
/// Gathers what is waiting into one transaction and then completes each caller: while one commit waits for the disk, the next batch
/// collects. Nobody waits for a batch to fill.
/// </summary>
/// <param name="commit">Writes a batch and answers one result per entry, in order. It may be run again.</param>
/// <param name="most">How many entries one transaction takes at the most.</param>
internal sealed class GroupCommit<TEntry, TResult>(Func<IReadOnlyList<TEntry>, Task<IReadOnlyList<TResult>>> commit, int most) : IAsyncDisposable
{
    private readonly Channel<Waiting> _queue = Channel.CreateUnbounded<Waiting>(new() { SingleReader = true });
    private readonly Lock _starting = new();
    private Task? _loop;

    /// <param name="entry">What to write.</param>
    /// <param name="stop">Withdraws what no transaction has taken yet. What one has taken may be done, though its caller hears no more of it.</param>
    public async Task<TResult> CommitAsync(TEntry entry, CancellationToken stop = default)
    {
        var waiting = new Waiting(entry);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(waiting), this);
        if (_loop is null)
            lock (_starting)
                _loop ??= Task.Run(WriteAsync, CancellationToken.None);
        await using var withdrawal = stop.UnsafeRegister(static (waiting, stop) => ((Waiting)waiting!).Done.TrySetCanceled(stop), waiting);
        return await waiting.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_loop is { } loop)
            await loop;
    }

    private async Task WriteAsync()
    {
        var batch = new List<Waiting>(most);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < most && _queue.Reader.TryRead(out var waiting))
                if (!waiting.Done.Task.IsCanceled)
                    batch.Add(waiting);
            if (batch.Count == 0)
                continue;
            await WriteAsync(batch);
            batch.Clear();
        }
    }

    private async Task WriteAsync(List<Waiting> batch)
    {
        try
        {
            var results = await commit([.. batch.Select(w => w.Entry)]);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Done.TrySetResult(results[i]);
        }
        catch (Exception error) when (batch.Count == 1 || error is RetryLimitExceededException) // of a database that is away, all know by now
        {
            foreach (var waiting in batch)
                waiting.Done.TrySetException(error);
        }
        catch
        {
            // One entry's fault must not fail its neighbours: each gets a transaction of its own.
            foreach (var waiting in batch.Where(w => !w.Done.Task.IsCanceled))
                await WriteAsync([waiting]);
        }
    }

    private sealed record Waiting(TEntry Entry)
    {
        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
