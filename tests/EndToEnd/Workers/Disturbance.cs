using EndToEnd.Running;

namespace EndToEnd.Workers;

/// <summary>
/// What happens to workers and to the service, as long as there is work. The first worker is stalled, and the second one's network held up, for
/// longer than a lease, over and over: both come back as zombies. The others are killed, and cut off for a moment.
/// </summary>
internal sealed class Disturbance(IReadOnlyList<RemoteWorker> workers, IReadOnlyList<RunningService> services)
{
    private const int ZombieTicks = 30;
    private const int CutTicks = 3;
    private const int KillServiceTicks = 40;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(400);

    private readonly Random _random = new(4);
    private RemoteWorker? _cut;
    private (int Workers, int Services, int Stalls, int Cuts, int HeldUp) _done;

    public async Task RunAsync(TimeSpan time, Func<Task<bool>> isWorkLeft, CancellationToken stop)
    {
        using var beat = new PeriodicTimer(Tick);
        var began = TimeProvider.System.GetTimestamp();
        await BeginZombiesAsync();
        for (var tick = 1; TimeProvider.System.GetElapsedTime(began) < time && await beat.WaitForNextTickAsync(stop); tick++)
        {
            await Any().CrashAsync();
            _done.Workers++;
            if (tick % CutTicks == 0)
                CutAnother();
            if (tick % KillServiceTicks == 10)
                await KillAServiceAsync(stop);
            if (tick % ZombieTicks == ZombieTicks - 1) // 11.6 s, and a lease is 10
                await EndZombiesAsync();
            if (tick % ZombieTicks != 0)
                continue;
            if (!await isWorkLeft())
                break;
            await BeginZombiesAsync();
        }
        await EndZombiesAsync();
        _cut?.Mend();
    }

    public override string ToString() =>
        $"{_done.Workers} workers and {_done.Services} services killed, {_done.Stalls} stalled, {_done.Cuts} networks cut, {_done.HeldUp} held up";

    private RemoteWorker Any() => workers[_random.Next(2, workers.Count)];

    private void CutAnother()
    {
        _cut?.Mend();
        _cut = Any();
        _cut.Cut();
        _done.Cuts++;
    }

    private async Task KillAServiceAsync(CancellationToken stop)
    {
        var service = services[_random.Next(services.Count)];
        await service.KillAsync();
        await service.StartAsync(stop);
        _done.Services++;
    }

    private async Task BeginZombiesAsync()
    {
        await workers[0].StallAsync();
        workers[1].Hold();
        _done.Stalls++;
        _done.HeldUp++;
    }

    private async Task EndZombiesAsync()
    {
        await workers[0].GoOnAsync();
        workers[1].Mend();
    }
}
