using Storage;

namespace JobApi.Handlers;

/// <summary>A ring is a turn. When the process stops, what runs is ended in order.</summary>
internal sealed partial class HandlerLoop(HandlerHost host, Bells bells, ILogger<HandlerLoop> logger) : BackgroundService
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await host.StopAsync(LastMoment, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await bells.Jobs.WaitAsync(stoppingToken);
                await host.RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Log.TurnFailed(logger, error);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A turn of the job handlers failed; the next beat tries again.")]
        public static partial void TurnFailed(ILogger logger, Exception error);
    }
}
