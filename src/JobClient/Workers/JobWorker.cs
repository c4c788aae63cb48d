using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.Handlers;
using Webhooks.Workers.Attempts;
using Webhooks.Workers.Line;

namespace Webhooks.Workers;

/// <summary>
/// Runs jobs under leases: the same in the service's own process and anywhere else, only the line differs. A turn claims as many jobs as
/// a lane has free slots, starts them and returns; a look renews leases and ends what has lost its time. The loops are elsewhere.
/// </summary>
internal sealed partial class JobWorker(
    HandlerTable handlers, IWorkerLine line, WorkerSettings settings, IServiceScopeFactory scopes, TimeProvider clock, ILogger<JobWorker> logger)
{
    private const int MostPerClaim = 100;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(50);

    private readonly PatientLine _line = new(line, clock);
    private readonly ConcurrentDictionary<RunningAttempt, bool> _running = new();

    public IReadOnlyList<Lane> Lanes { get; } = handlers.Lanes(settings.Concurrency);

    public IReadOnlyCollection<RunningAttempt> Running => [.. _running.Keys];

    /// <summary>One turn of a lane. What was claimed is started, even when the worker is stopping meanwhile.</summary>
    public async Task<Reply> ClaimAsync(Lane lane, TimeSpan wait, CancellationToken stop)
    {
        var free = lane.Take(MostPerClaim);
        var started = 0;
        try
        {
            if (free == 0)
                return new Reply.Claimed([]);
            var askedAt = clock.GetTimestamp();
            var reply = await line.ClaimAsync(lane.Types, free, settings.Lease, wait, stop);
            if (reply is Reply.Claimed claimed)
                foreach (var job in claimed.Jobs)
                {
                    Start(job, lane, askedAt);
                    started++;
                }
            return reply;
        }
        finally
        {
            lane.GiveBack(free - started);
        }
    }

    /// <summary>Looks after everything that runs, without waiting for an answer; says when to look again.</summary>
    public TimeSpan LookAfter()
    {
        var sleep = LongestSleep;
        foreach (var attempt in _running.Keys)
        {
            LookAfter(attempt);
            var next = attempt.Lease.Left < attempt.TimeLeft ? attempt.Lease.Left : attempt.TimeLeft;
            if (next > TimeSpan.Zero && next < sleep)
                sleep = next;
        }
        return sleep > ShortestSleep ? sleep : ShortestSleep;
    }

    /// <summary>Waits until every heartbeat that is on its way has its answer.</summary>
    public Task BeatsAsync() => Task.WhenAll(Running.Select(a => a.Beating));

    /// <summary>Waits until everything that was started has ended and is written.</summary>
    public Task DrainAsync() => Task.WhenAll(Running.Select(a => a.Work));

    /// <summary>Somebody canceled the job: whoever works on it here hears of it now.</summary>
    public void Cancel(string jobId)
    {
        foreach (var attempt in _running.Keys)
            if (attempt.Job.Id == jobId)
                attempt.End(StopReason.Canceled);
    }

    /// <summary>
    /// Ends what runs: handlers get a grace, then the signal, then a last moment. What is still running afterwards is given back, so that
    /// another worker takes it up at once and no attempt is used up.
    /// </summary>
    public async Task StopAsync(TimeSpan lastMoment, CancellationToken stop)
    {
        if (await EndsWithinAsync(settings.StopGrace, stop))
            return;
        foreach (var attempt in _running.Keys)
            attempt.End(StopReason.ShuttingDown);
        if (await EndsWithinAsync(lastMoment, stop))
            return;
        try
        {
            await Task.WhenAll(Running.Select(attempt => LeaveAsync(attempt, new Outcome.GivenBack()))).WaitAsync(LongestFarewell, clock, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // Nobody answers, and the process is to end: the leases end by themselves.
        }
    }

    /// <summary>Waits in steps, since leases have to be kept meanwhile.</summary>
    private async Task<bool> EndsWithinAsync(TimeSpan time, CancellationToken stop)
    {
        for (var left = time; ; left -= LongestSleep)
        {
            try
            {
                await DrainAsync().WaitAsync(left < LongestSleep ? left : LongestSleep, clock, stop);
                return true;
            }
            catch (TimeoutException) when (left > LongestSleep)
            {
                LookAfter();
            }
            catch (Exception error) when (error is TimeoutException or OperationCanceledException)
            {
                return false;
            }
        }
    }

    private void LookAfter(RunningAttempt attempt)
    {
        if (attempt.Lease.IsOver)
            attempt.End(StopReason.LeaseLost);
        if (attempt.TimeLeft <= TimeSpan.Zero)
            TimeOut(attempt);
        else if (attempt.Reason != StopReason.LeaseLost && attempt.Beating.IsCompleted && !attempt.Lease.IsResting)
        {
            var news = attempt.Progress.TakeIfDue();
            if (news is not null || attempt.Lease.WantsRenewal)
                attempt.Beating = _line.BeatAsync(attempt, news);
        }
    }

    /// <summary>The attempt is over whether its handler listens or not; what it says later names an old fence.</summary>
    private void TimeOut(RunningAttempt attempt)
    {
        attempt.End(StopReason.TimedOut);
        if (!attempt.IsLeft)
            attempt.Beating = LeaveAsync(attempt, Outcome.TimedOut(attempt.Job.Timeout));
    }

    private void Start(Claim job, Lane lane, long askedAt)
    {
        var attempt = new RunningAttempt(job, lane, new(clock, settings.Lease, askedAt), clock);
        _running[attempt] = true;
        attempt.Work = Task.Run(() => WorkAsync(attempt));
    }

    private async Task WorkAsync(RunningAttempt attempt)
    {
        using (attempt)
        {
            var context = new AttemptContext(attempt, _line);
            var outcome = await TryAsync(attempt, context);
            if (await context.FlushAsync() is Reply.Refused refused && outcome is Outcome.Done)
                outcome = new Outcome.Failed(refused.Code, refused.Why, Retryable: false);
            await LeaveAsync(attempt, outcome);
        }
    }

    private async Task<Outcome> TryAsync(RunningAttempt attempt, AttemptContext context)
    {
        if (attempt.Job.CancelRequested)
            return new Outcome.Canceled();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var result = await handlers.Find(attempt.Job.Type).RunAsync(scope.ServiceProvider, context, attempt.Job.Input);
            return Outcome.OfResult(result, context.HasUploaded);
        }
        catch (Exception error)
        {
            var outcome = Outcome.OfException(error, attempt);
            if (outcome is Outcome.Failed { Code: "handler_error" })
                Log.HandlerFailed(logger, error, attempt.Job.Type, attempt.Job.Id, attempt.Job.Attempt);
            return outcome;
        }
    }

    /// <summary>Writes the outcome and frees the slot, once. Where the attempt is somebody else's by now, nothing is written.</summary>
    private async Task LeaveAsync(RunningAttempt attempt, Outcome outcome)
    {
        if (!attempt.Leave())
            return;
        try
        {
            if (attempt.Progress.Take() is { } news && attempt.Reason != StopReason.LeaseLost)
                await _line.BeatAsync(attempt, news);
            var reply = await _line.EndAsync(attempt, outcome);
            if (reply is Reply.Refused refused)
            {
                Log.Refused(logger, attempt.Job.Id, refused.Code, refused.Why);
                reply = await _line.EndAsync(attempt, new Outcome.Failed(refused.Code, refused.Why, Retryable: false));
            }
            if (reply is Reply.NotOurs)
                Log.Lost(logger, attempt.Job.Id, attempt.Job.Attempt);
        }
        finally
        {
            _running.TryRemove(attempt, out _);
            attempt.Lane.GiveBack(1);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The handler of {Type} failed {Job} at attempt {Attempt}.")]
        public static partial void HandlerFailed(ILogger logger, Exception error, string type, string job, int attempt);

        [LoggerMessage(2, LogLevel.Warning, "{Job} is not ours any more; what attempt {Attempt} still had to say is not kept.")]
        public static partial void Lost(ILogger logger, string job, int attempt);

        [LoggerMessage(3, LogLevel.Warning, "The outcome of {Job} was refused with {Code}: {Why}")]
        public static partial void Refused(ILogger logger, string job, string code, string why);
    }
}
