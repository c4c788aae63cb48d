using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Storage.Waking;

/// <summary>Looks while anybody watches, and not at all while nobody does.</summary>
internal sealed partial class LookoutLoop(Lookout lookout, JobWatches watches, TimeProvider clock, ILogger<LookoutLoop> logger) : BackgroundService
{
    private static readonly TimeSpan AfterAFault = TimeSpan.FromSeconds(1);
    private readonly Signal _now = new();

    /// <summary>Something may have been missed: looks at once.</summary>
    public void Hurry() => _now.Ring();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stopping = stoppingToken.UnsafeRegister(static signal => ((Signal)signal!).Ring(), _now);
        await using var timer = clock.CreateTimer(static signal => ((Signal)signal!).Ring(), _now, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                await watches.SomebodyAsync(stoppingToken);
                timer.Change(await lookout.RunOnceAsync(stoppingToken), Timeout.InfiniteTimeSpan);
                await _now.WaitAsync();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Log.Failed(logger, error);
                timer.Change(AfterAFault, Timeout.InfiniteTimeSpan);
                await _now.WaitAsync();
            }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Watched jobs could not be looked at; the next look is in a second.")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}

/// <summary>Hears what other processes committed. After each new connection anything may have happened meanwhile.</summary>
internal sealed partial class ListeningLoop(
    Announcer announcer, Crier crier, JobWatches watches, LookoutLoop lookout, Bells bells, TimeProvider clock, ILogger<ListeningLoop> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                await announcer.ListenAsync(
                    () =>
                    {
                        pause = TimeSpan.Zero;
                        Wake(jobs: true, deliveries: true, any: true);
                    },
                    Hear,
                    stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Log.Deaf(logger, error);
                lookout.Hurry(); // looks often from now on
                await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 + TimeSpan.FromMilliseconds(100); // 0, 0.1, 0.3, 0.7, 1.5, 3.1, 5 s
                pause = pause < LongestPause ? pause : LongestPause;
            }
    }

    private void Hear(string text)
    {
        var heard = Announcement.Read(text, out var sender);
        if (sender == crier.Name)
            return;
        foreach (var (id, (version, ended)) in heard.Moved)
            watches.Publish(id, version, ended);
        Wake(heard.JobsAreDue, heard.DeliveriesAreDue, heard.AnyMayHaveMoved);
    }

    private void Wake(bool jobs, bool deliveries, bool any)
    {
        if (any)
            lookout.Hurry();
        if (jobs)
            bells.Jobs.Ring();
        if (deliveries)
            bells.Deliveries.Ring();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The connection that hears of other processes' commits is gone; the database is asked instead until it is back.")]
        public static partial void Deaf(ILogger logger, Exception error);
    }
}
