using Storage;

namespace DeliveryEngine.Beats;

/// <summary>A ring is a turn at once. When the host stops, the engine is drained within the host's patience.</summary>
internal sealed partial class BellRinger(DeliveryEngine engine, Bells bells, ILogger<BellRinger> logger) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await engine.DrainAsync(cancellationToken);
        }
        catch (Exception error)
        {
            // What is not settled now is due again when the lease ends.
            Log.NotDrained(logger, error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await bells.Deliveries.WaitAsync(stoppingToken);
                await engine.RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // The next beat tries again; nothing is lost, since outcomes are kept until they are written.
                Log.TurnFailed(logger, error);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A delivery turn failed; the next beat tries again.")]
        public static partial void TurnFailed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Error, "The delivery engine could not be drained; what it held is due again when its leases end.")]
        public static partial void NotDrained(ILogger logger, Exception error);
    }
}
