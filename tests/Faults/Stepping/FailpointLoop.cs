using System.Globalization;
using System.Text.Json.Nodes;
using Faults.Histories;
using Faults.Load;
using Faults.Processes;

namespace Faults.Stepping;

/// <summary>
/// Fails the first step of a process, lets it recover and finish, then the second, and so on until a run ends untouched: that loop, and no list,
/// shows that no step was forgotten. One database lives through all of it.
/// </summary>
internal sealed class FailpointLoop(Options options, TextWriter output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int _round;

    /// <summary>Runs until the end of the steps, or <paramref name="most"/> rounds; answers the history and how many steps failed.</summary>
    public async Task<(History History, int Failed)> RecordAsync(string folder, int most = int.MaxValue, CancellationToken stop = default)
    {
        using var log = new HistoryLog(Path.Combine(folder, "history"));
        await using var receivers = await Receivers.StartAsync(log, options.Seed);
        receivers.IsHealed = true; // here it is the process that fails
        await using var deployment = await Deployment.AloneAsync(options.Database, folder, Run.Settings(receivers));
        var (process, terms) = (deployment.Processes.Single(), Run.TermsOf(options));
        var failed = 0;
        for (var step = options.From; _round < most && await RoundAsync(step, process, deployment, receivers, log, stop) is { } name; step += options.Step)
        {
            failed++;
            await output.WriteLineAsync($"  {options.Failpoints} at step {step}: {name}");
        }
        process.Start();
        await process.UntilReadyAsync(deployment.Client, stop);
        terms = terms with { QuietFrom = TimeProvider.System.GetUtcNow() };
        terms = terms with { DoneAt = await Run.UntilDoneAsync(deployment, output, stop) };
        await process.TerminateAsync();
        await deployment.Reader.ReadAsync(log, stop);
        log.Append(terms);
        return (log.Read(), failed);
    }

    /// <summary>Answers the name of the step that failed; null where the run ended before it was reached.</summary>
    private async Task<string?> RoundAsync(
        int step, ServiceProcess process, Deployment deployment, Receivers receivers, HistoryLog log, CancellationToken stop)
    {
        var go = Path.Combine(deployment.Folder, string.Create(CultureInfo.InvariantCulture, $"go-{++_round}"));
        var from = TimeProvider.System.GetUtcNow();
        await File.WriteAllTextAsync(go, "", stop);
        process.Start((Inside.Settings.FailpointName, string.Create(CultureInfo.InvariantCulture, $"{step}:{options.Failpoints}:{go}")));
        if (await process.UntilReadyAsync(deployment.Client, stop))
            await ActAsync(process, deployment, receivers, log);
        await UntilQuietAsync(process, deployment, stop);
        var wasReached = File.Exists(go + ".done");
        if (!process.IsRunning)
        {
            process.Start();
            await process.UntilReadyAsync(deployment.Client, stop);
            await Run.UntilDoneAsync(deployment, output, stop);
        }
        await process.TerminateAsync();
        if (!wasReached)
            return null;
        log.Append(new Disturbance(Harm.Failpoint, process.Name, from, TimeProvider.System.GetUtcNow()));
        return (await File.ReadAllTextAsync(go + ".done", stop)).Trim();
    }

    /// <summary>A little of everything: submits with a key and without, twice, expired at once, canceled, redriven, replayed, with a late callback.</summary>
    private async Task ActAsync(ServiceProcess process, Deployment deployment, Receivers receivers, HistoryLog log)
    {
        var calls = new Calls(deployment, log);
        var job = await SubmitAsync("plain", key: null);
        await SubmitAsync("keyed", key: $"key-{_round}");
        await SubmitAsync("keyed", key: $"key-{_round}");
        await SubmitAsync("brief", key: null, ttl: 0);
        var other = await SubmitAsync("canceled", key: null);
        await OnAsync(CallKind.Cancel, HttpMethod.Delete, other, id => $"/jobs/{id}");
        await OnAsync(CallKind.Redrive, HttpMethod.Post, other, id => $"/jobs/{id}/redrive");
        if (job is not null)
        {
            var path = $"/healthy/late-{_round}.0";
            var call = calls.Begin(CallKind.AddCallback, job) with { Callbacks = [path], JobId = job };
            await calls.SendAsync(call, HttpMethod.Post, process.Address, $"/jobs/{job}/callbacks", Callback(path));
        }
        foreach (var id in (await calls.ListAsync(process.Address, "/deliveries?status=delivered&limit=1")) ?? [])
            await OnAsync(CallKind.Replay, HttpMethod.Post, id, delivery => $"/deliveries/{delivery}/replay");

        async Task<string?> SubmitAsync(string name, string? key, int? ttl = null)
        {
            var (subject, path) = ($"{name}-{_round}", $"/healthy/{name}-{_round}.0");
            var body = new JsonObject
            {
                ["type"] = "http.request",
                ["input"] = new JsonObject { ["method"] = "POST", ["url"] = receivers.WorkUrl(subject) },
                ["metadata"] = new JsonObject { ["subject"] = subject },
                ["max_attempts"] = 5,
            };
            if (ttl is { } seconds)
                body["ttl_seconds"] = seconds;
            else
                body["callbacks"] = new JsonArray(Callback(path));
            var call = calls.Begin(CallKind.Submit, subject) with { Key = key, Callbacks = ttl is null ? [path] : [], Expires = ttl is not null };
            return (await calls.SendAsync(call, HttpMethod.Post, process.Address, "/jobs", body)).JobId;
        }

        JsonObject Callback(string path) => new() { ["url"] = receivers.UrlOf(Personality.All[0], path), ["secret"] = Receivers.Secret };

        Task OnAsync(CallKind kind, HttpMethod method, string? id, Func<string, string> path) =>
            id is null ? Task.CompletedTask : calls.SendAsync(calls.Begin(kind, id), method, process.Address, path(id), null);
    }

    /// <summary>Until all is done, or the process is gone.</summary>
    private static async Task UntilQuietAsync(ServiceProcess process, Deployment deployment, CancellationToken stop)
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (process.IsRunning && TimeProvider.System.GetUtcNow() < end && await deployment.Reader.CountOpenAsync(stop) != (0, 0))
            await pause.WaitForNextTickAsync(stop);
    }
}
