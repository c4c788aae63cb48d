using JobApi.Workers;
using Storage.Tenants;
using Storage.Workers;

namespace JobApi.Chores;

/// <summary>
/// Who waits is still there, unless the key that it waits with isn't good any more; what was heard of workers is written, and who has been gone for
/// long is forgotten.
/// </summary>
internal sealed class WorkerChore(ClaimDesk desk, KeyStanding keys, WorkerStore workers, TimeProvider clock)
{
    private static readonly TimeSpan KeysEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(10);

    private DateTimeOffset _askKeysAt;
    private DateTimeOffset _forgetAt;

    public async Task RunOnceAsync(CancellationToken stop)
    {
        var waiting = desk.LookAround();
        if (waiting.Count > 0 && IsTime(ref _askKeysAt, KeysEvery))
        {
            var good = await keys.GoodAmongAsync([.. waiting], stop);
            foreach (var key in waiting.Where(key => !good.Contains(key)))
                desk.TurnAway(key);
        }
        await workers.WriteNewsAsync(all: false, stop);
        if (IsTime(ref _forgetAt, ForgetEvery))
            await workers.ForgetAsync(stop);
    }

    private bool IsTime(ref DateTimeOffset next, TimeSpan every)
    {
        var now = clock.GetUtcNow();
        if (now < next)
            return false;
        next = now + every;
        return true;
    }
}
