namespace Webhooks.Workers;

/// <summary>Types of job that share slots. What is claimed for a lane never exceeds its free slots, so nothing claimed has to wait.</summary>
internal sealed class Lane(IReadOnlyList<string> types, int slots) : IDisposable
{
    private readonly SemaphoreSlim _free = new(slots);

    public IReadOnlyList<string> Types => types;

    /// <summary>Waits until at least one slot is free. One loop per lane asks.</summary>
    public async Task WaitAsync(CancellationToken stop)
    {
        await _free.WaitAsync(stop);
        _free.Release();
    }

    /// <summary>Takes what is free, at most so many.</summary>
    public int Take(int most)
    {
        var taken = 0;
        while (taken < most && _free.Wait(0, CancellationToken.None))
            taken++;
        return taken;
    }

    public void GiveBack(int count)
    {
        if (count > 0)
            _free.Release(count);
    }

    public void Dispose() => _free.Dispose();
}
