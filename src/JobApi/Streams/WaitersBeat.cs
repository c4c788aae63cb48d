using Storage.Waking;

namespace JobApi.Streams;

/// <summary>One timer for all streams, and none while there are none.</summary>
internal sealed partial class WaitersBeat(Waiters waiters, JobWatches watches, TimeProvider clock, ILogger<WaitersBeat> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                await watches.SomebodyAsync(stoppingToken);
                await Task.Delay(Every, clock, stoppingToken);
                await waiters.RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Log.Failed(logger, error);
            }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The keys of open streams could not be checked; the next beat tries again.")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
