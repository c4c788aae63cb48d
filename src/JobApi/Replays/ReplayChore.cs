using Storage.Replays;

namespace JobApi.Replays;

/// <summary>Carries replays out while one is due. A turn is short, so that a process that stops needn't wait for a million deliveries.</summary>
internal sealed class ReplayChore(ReplayRuns replays, TimeProvider clock)
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(2);

    public async Task RunOnceAsync(CancellationToken stop)
    {
        var from = clock.GetTimestamp();
        while (await replays.RunOnceAsync(stop) && clock.GetElapsedTime(from) < LongestTurn)
        {
        }
    }
}
