using System.Runtime.ExceptionServices;
using Webhooks.Handlers;
using Webhooks.Workers.Attempts;

namespace Webhooks.Workers.Line;

/// <summary>
/// The line as attempts use it: a call that gets no answer is repeated, ever less often, until the lease is over. From then on nothing is
/// sent, since nothing would be kept.
/// </summary>
internal sealed class PatientLine(IWorkerLine line, TimeProvider clock)
{
    public Task<Reply> OutputAsync(RunningAttempt attempt, IReadOnlyList<Output> outputs) =>
        AskAsync(attempt, () => line.OutputAsync(attempt.Job, outputs));

    public Task<Reply> SaveAsync(RunningAttempt attempt, byte[] checkpoint) =>
        AskAsync(attempt, () => TryBeatAsync(attempt, new(attempt.Lease.Length, Checkpoint: checkpoint)));

    public Task<Reply> EndAsync(RunningAttempt attempt, Outcome outcome) => AskAsync(attempt, () => line.EndAsync(attempt.Job, outcome));

    /// <summary>Repeated while the upload can be: it may be too late for a stream that has been read.</summary>
    public Task<Reply> UploadAsync(RunningAttempt attempt, Upload upload, CancellationToken stop) => AskAsync(
        attempt,
        async () =>
        {
            var reply = await line.UploadAsync(attempt.Job, upload, stop);
            if (upload.Fault is { } fault)
                ExceptionDispatchInfo.Throw(fault);
            return reply;
        },
        upload.TryRewind,
        stop);

    /// <summary>One heartbeat, one try: the next one says the same and more.</summary>
    public async Task BeatAsync(RunningAttempt attempt, Progress.News? news)
    {
        if (await TryBeatAsync(attempt, new(attempt.Lease.Length, news)) is Reply.Away)
            attempt.Progress.PutBack(news);
    }

    private async Task<Reply> TryBeatAsync(RunningAttempt attempt, Beat beat)
    {
        var askedAt = clock.GetTimestamp();
        var reply = await line.HeartbeatAsync(attempt.Job, beat);
        switch (reply)
        {
            case Reply.Kept kept:
                attempt.Lease.Renew(askedAt);
                if (kept.CancelRequested)
                    attempt.End(StopReason.Canceled);
                break;
            case Reply.NotOurs:
                attempt.End(StopReason.LeaseLost);
                break;
            case Reply.Away or Reply.Refused:
                attempt.Lease.Rest((reply as Reply.Away)?.AskedWait);
                break;
        }
        return reply;
    }

    private async Task<Reply> AskAsync(
        RunningAttempt attempt, Func<Task<Reply>> ask, Func<bool>? mayRepeat = null, CancellationToken stop = default)
    {
        for (var tries = 1; ; tries++)
        {
            if (attempt.Lease.IsOver)
                attempt.End(StopReason.LeaseLost);
            if (attempt.Reason == StopReason.LeaseLost)
                return new Reply.NotOurs();
            var reply = await ask();
            if (reply is Reply.NotOurs)
                attempt.End(StopReason.LeaseLost);
            if (reply is not Reply.Away away || mayRepeat?.Invoke() is false)
                return reply;
            if (attempt.Lease.IsOver)
                continue;
            await Task.Delay(attempt.Lease.Fit(BackOff.After(tries, away.AskedWait)), clock, stop);
        }
    }
}
