using System.Threading.Channels;

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

    public Task<TResult> CommitAsync(TEntry entry)
    {
        var waiting = new Waiting(entry);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(waiting), this);
        if (_loop is null)
            lock (_starting)
                _loop ??= Task.Run(WriteAsync);
        return waiting.Done.Task;
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
                batch.Add(waiting);
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
                batch[i].Done.SetResult(results[i]);
        }
        catch (Exception) when (batch.Count > 1)
        {
            // One entry's fault must not fail its neighbours: each gets a transaction of its own.
            foreach (var waiting in batch)
                await WriteAsync([waiting]);
        }
        catch (Exception error)
        {
            batch[0].Done.SetException(error);
        }
    }

    private sealed record Waiting(TEntry Entry)
    {
        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
