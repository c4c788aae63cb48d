using Webhooks.Workers.Line;

namespace Webhooks.Workers.Attempts;

/// <summary>
/// The outputs of one attempt on their way: numbered as they are given, sent in order, and all that wait together. While one batch is on the
/// wire the next collects.
/// </summary>
/// <param name="send">Sends a batch, as often as it takes.</param>
internal sealed class Outbox(Func<IReadOnlyList<Output>, Task<Reply>> send)
{
    private const int MostBytes = 512 * 1024;
    private const int MostOutputs = 100;

    private readonly Lock _gate = new();
    private List<Output> _waiting = [];
    private Task<Reply> _newest = Task.FromResult<Reply>(new Reply.Done());
    private bool _collecting;
    private int _numbers;

    /// <summary>Hands an output in; the reply is that of its batch.</summary>
    public Task<Reply> SendAsync(byte[] data)
    {
        lock (_gate)
        {
            _waiting.Add(new(++_numbers, data));
            if (!_collecting)
            {
                _collecting = true;
                _newest = SendAfterAsync(_newest);
            }
            return _newest;
        }
    }

    /// <summary>Waits until everything is sent; the first batch that was not taken answers for all.</summary>
    public Task<Reply> FlushAsync()
    {
        lock (_gate)
            return _newest;
    }

    private async Task<Reply> SendAfterAsync(Task<Reply> before)
    {
        await Task.Yield(); // out of the lock, and a moment for others to join
        if (await before is not Reply.Done and var failed)
            return failed;
        List<Output> batch;
        lock (_gate)
        {
            (batch, _waiting) = (_waiting, []);
            _collecting = false;
        }
        foreach (var page in Pages(batch))
            if (await send(page) is not Reply.Done and var refusal)
                return refusal;
        return new Reply.Done();
    }

    private static IEnumerable<IReadOnlyList<Output>> Pages(List<Output> outputs)
    {
        var page = new List<Output>();
        var bytes = 0;
        foreach (var output in outputs)
        {
            if (page.Count > 0 && (page.Count == MostOutputs || bytes + output.Data.Length > MostBytes))
            {
                yield return page;
                (page, bytes) = ([], 0);
            }
            page.Add(output);
            bytes += output.Data.Length;
        }
        yield return page;
    }
}
