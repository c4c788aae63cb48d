using System.Text.Json;
using System.Text.Json.Nodes;
using Faults.Histories;
using Faults.Processes;

namespace Faults.Load;

/// <summary>
/// A worker that speaks the worker protocol over HTTP. Chance decides what becomes of each job: mostly it is done, at times given up, handed back,
/// or left by a worker that dies in the middle of a call. One that stands still until its lease is over goes on as if nothing had happened.
/// </summary>
internal sealed class RemoteWorker(string name, Deployment deployment, Receivers receivers, HistoryLog log, Random random)
{
    public const string Type = "remote.work";

    /// <summary>So far past the lease that the service has noticed, and no difference of clocks explains what it accepts.</summary>
    private static readonly TimeSpan StandsStillFor = TimeSpan.FromSeconds(HeldJob.LeaseSeconds + 5);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            if (await ClaimAsync() is { } claimed)
                await WorkAsync(new HeldJob(claimed, name, deployment, log, random));
            else
                await Pause.ForAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
    }

    private async Task<JsonElement?> ClaimAsync()
    {
        var from = TimeProvider.System.GetUtcNow();
        using var request = Wire.Request(HttpMethod.Post, deployment.AnyDoor(random), "/worker/claims", new JsonObject
        {
            ["types"] = new JsonArray(Type), ["wait_seconds"] = 2, ["lease_seconds"] = HeldJob.LeaseSeconds, ["worker_id"] = name,
        });
        var answer = await Wire.SendAsync(deployment.Client, request);
        if (answer.Status != 200)
            return null;
        var job = answer.Json.GetProperty("jobs")[0];
        log.Append(new WorkerCall
        {
            Number = log.NextNumber(), Worker = name, Verb = WorkerVerb.Claim, JobId = job.GetProperty("id").GetString()!,
            Fence = job.GetProperty("fence").GetInt64(), Said = job.TryGetProperty("checkpoint", out var saved) ? saved.GetRawText() : null,
            Result = CallResult.Ok, Status = 200, From = from, Until = TimeProvider.System.GetUtcNow(),
        });
        return job;
    }

    private async Task WorkAsync(HeldJob job)
    {
        var fate = receivers.IsHealed ? 1 : random.NextDouble();
        job.DiesAt = fate < 0.06 ? random.Next(1, 6) : null;
        if (!await job.BeatAsync(step: 1) || !await job.OutputAsync(1))
            return;
        await Pause.ForAsync(TimeSpan.FromMilliseconds(random.Next(200)), CancellationToken.None);
        if (fate is >= 0.06 and < 0.15)
        {
            await Pause.ForAsync(StandsStillFor, CancellationToken.None);
            await job.GoOnLateAsync();
            return;
        }
        if (!await job.BeatAsync(step: 2) || !await job.OutputAsync(3))
            return;
        await (fate switch
        {
            _ when job.MustStop => job.StopAsync(),
            < 0.20 => job.FailAsync(isFinal: false),
            < 0.22 => job.FailAsync(isFinal: true),
            < 0.27 => job.ReleaseAsync(),
            < 0.42 => job.UploadAndCompleteAsync(random.Next(1, 64 * 1024)),
            _ => job.CompleteAsync(),
        });
    }
}
