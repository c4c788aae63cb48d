using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.Workers.Line;

namespace Webhooks.Workers;

/// <summary>Keeps a worker working: a loop per lane that claims, and one that looks after what runs. When the process stops, so does it all, in order.</summary>
internal sealed partial class JobWorkerLoop(JobWorker worker, WorkerSettings settings, TimeProvider clock, ILogger<JobWorkerLoop> logger)
    : BackgroundService
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(20);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await worker.StopAsync(LastMoment, cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(worker.Lanes.Select(lane => ClaimAsync(lane, stoppingToken)).Append(LookAfterAsync(stoppingToken)));

    private async Task ClaimAsync(Lane lane, CancellationToken stop)
    {
        var unanswered = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await lane.WaitAsync(stop);
                var askedAt = clock.GetTimestamp();
                var reply = await worker.ClaimAsync(lane, settings.LongestWait, stop);
                if (reply is Reply.Claimed claimed)
                {
                    if (unanswered > 0)
                        Log.BackAgain(logger);
                    unanswered = 0;
                    // Whoever answers at once that there is nothing is not to be asked again at once.
                    if (claimed.Jobs.Count == 0 && clock.GetElapsedTime(askedAt) < Instant)
                        await Task.Delay(BackOff.After(1, null), clock, stop);
                    continue;
                }
                if (unanswered++ == 0)
                    Log.NoAnswer(logger, WhyNot(reply));
                await Task.Delay(BackOff.After(unanswered, (reply as Reply.Away)?.AskedWait), clock, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task LookAfterAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
                await Task.Delay(worker.LookAfter(), clock, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // StopAsync looks after the rest.
        }
    }

    private static string WhyNot(Reply reply) => reply switch
    {
        Reply.Away away => away.Why,
        Reply.Refused refused => $"{refused.Code}: {refused.Why}",
        _ => "there is no such address",
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "No job could be claimed: {Why}. Tried again, ever less often.")]
        public static partial void NoAnswer(ILogger logger, string why);

        [LoggerMessage(2, LogLevel.Information, "Jobs can be claimed again.")]
        public static partial void BackAgain(ILogger logger);
    }
}
