using Microsoft.Extensions.Options;
using JobApi.Settings;
using Storage;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Webhooks.Handlers;

namespace JobApi.Handlers;

/// <summary>
/// Runs jobs in this process, each under a lease like any worker's. A turn looks after what runs, claims as many as there are free slots,
/// starts them and returns; the loop is elsewhere.
/// </summary>
internal sealed partial class HandlerHost(
    HandlerTable handlers, JobClaims claims, JobWriter writer, RunningJobs running, RetryWaits waits, Bells bells, IServiceScopeFactory scopes,
    IOptions<JobsOptions> options, TimeProvider clock, ILogger<HandlerHost> logger)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly string WorkerName = $"{Environment.MachineName}:{Environment.ProcessId}";

    private readonly JobsOptions _options = options.Value;
    private volatile bool _mayBeMore;

    /// <summary>One turn; answers how many jobs it started.</summary>
    public async Task<int> RunOnceAsync(CancellationToken stop)
    {
        await LookAfterAsync();
        _mayBeMore = true; // so that a slot which is freed from here on rings for the next turn
        var free = _options.HandlerConcurrency - running.Count;
        if (free <= 0 || stop.IsCancellationRequested)
            return 0;
        // Not to be broken off: a claim that is committed and then forgotten would cost its jobs an attempt.
        var claimed = await claims.ClaimAsync(new ClaimWish(null, handlers.Types, free, WorkerName, _options.Lease), CancellationToken.None);
        _mayBeMore = claimed.Count == free;
        foreach (var job in claimed)
            Start(job);
        return claimed.Count;
    }

    /// <summary>Waits until everything that was started has ended and is written.</summary>
    public Task DrainAsync() => Task.WhenAll(running.All.Select(r => r.Work));

    /// <summary>
    /// Ends what runs: handlers get a grace, then the signal, then a last moment. What is still running afterwards is given back, so that
    /// another process takes it up at once and no attempt is used up.
    /// </summary>
    public async Task StopAsync(TimeSpan lastMoment, CancellationToken stop)
    {
        if (await EndsWithinAsync(_options.StopGrace, stop))
            return;
        foreach (var job in running.All)
            job.End(StopReason.ShuttingDown);
        if (await EndsWithinAsync(lastMoment, stop))
            return;
        await Task.WhenAll(running.All.Select(job => LeaveAsync(job, new Outcome.GivenBack())));
    }

    /// <summary>Waits in steps, since leases have to be kept meanwhile.</summary>
    private async Task<bool> EndsWithinAsync(TimeSpan time, CancellationToken stop)
    {
        for (var left = time; ; left -= Step)
        {
            try
            {
                await DrainAsync().WaitAsync(left < Step ? left : Step, clock, stop);
                return true;
            }
            catch (TimeoutException) when (left > Step)
            {
                await LookAfterAsync();
            }
            catch (Exception error) when (error is TimeoutException or OperationCanceledException)
            {
                return false;
            }
        }
    }

    private Task LookAfterAsync()
    {
        var now = clock.GetUtcNow();
        return Task.WhenAll(running.All.Select(job => now >= job.EndsAt ? TimeOutAsync(job) : KeepAsync(job, now)));
    }

    /// <summary>The attempt is over whether its handler listens or not; what it says later names an old fence.</summary>
    private Task TimeOutAsync(RunningJob job)
    {
        job.End(StopReason.TimedOut);
        return LeaveAsync(job, new Outcome.Failed(JobTransitions.TimedOut(job.Job)));
    }

    private async Task KeepAsync(RunningJob job, DateTimeOffset now)
    {
        var news = job.Progress.TakeIfDue(now);
        var renew = now >= job.RenewAt;
        if (news is null && !renew)
            return;
        job.RenewAt = renew ? now + _options.Lease / 3 : job.RenewAt;
        var (change, cancel) = await writer.ChangeAsync(job.Job.Id, (log, row) =>
        {
            var made = JobTransitions.Renew(log, row, job.Fence, _options.Lease, save: null);
            if (made == Change.Made && news is { } progress)
                JobTransitions.Report(log, row, job.Fence, progress.Percent, progress.Message);
            return (made, row?.CancelRequestedAt is not null);
        });
        if (change != Change.Made)
            job.End(StopReason.LeaseLost);
        else if (cancel)
            job.End(StopReason.Canceled);
    }

    private void Start(Job job)
    {
        var started = new RunningJob(job, clock.GetUtcNow() + _options.Lease / 3);
        running.Add(started);
        started.Work = Task.Run(() => WorkAsync(started));
    }

    private async Task WorkAsync(RunningJob job)
    {
        try
        {
            await LeaveAsync(job, await TryAsync(job));
        }
        catch (Exception error)
        {
            Log.NotWritten(logger, error, job.Job.Id);
            running.Remove(job);
        }
        finally
        {
            job.Dispose();
        }
    }

    private async Task<Outcome> TryAsync(RunningJob job)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = new AttemptContext(job, writer, clock, _options.Lease);
            return Outcome.OfResult(await handlers.Find(job.Job.Type).RunAsync(scope.ServiceProvider, context, job.Job.Input));
        }
        catch (Exception error)
        {
            var outcome = Outcome.OfException(error, job);
            if (outcome is Outcome.Failed { Failure.Code: "handler_error" })
                Log.HandlerFailed(logger, error, job.Job.Type, job.Job.Id, job.Job.Attempt);
            return outcome;
        }
    }

    /// <summary>Writes the outcome and frees the slot. Where the attempt is somebody else's by now, nothing is written.</summary>
    private async Task LeaveAsync(RunningJob job, Outcome outcome)
    {
        var news = job.Progress.Take();
        if (job.Reason != StopReason.LeaseLost)
            await writer.ChangeAsync(job.Job.Id, (log, row) =>
            {
                if (news is { } progress)
                    JobTransitions.Report(log, row, job.Fence, progress.Percent, progress.Message);
                return outcome.Apply(log, row, job.Fence, waits);
            });
        if (running.Remove(job) && _mayBeMore)
            bells.Jobs.Ring();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The handler of {Type} failed {Job} at attempt {Attempt}.")]
        public static partial void HandlerFailed(ILogger logger, Exception error, string type, Id<Job> job, int attempt);

        [LoggerMessage(2, LogLevel.Error, "The outcome of {Job} could not be written; its lease ends by itself.")]
        public static partial void NotWritten(ILogger logger, Exception error, Id<Job> job);
    }
}
