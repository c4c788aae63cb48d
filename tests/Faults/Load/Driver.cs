using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Faults.Histories;
using Faults.Processes;

namespace Faults.Load;

/// <summary>
/// Clients that submit, repeat, cancel, redrive, replay and look, each drawing what to do from the seed. A call is tried once; what its end
/// was is logged, and when that isn't known, so is that.
/// </summary>
internal sealed class Driver(Deployment deployment, Receivers receivers, HistoryLog log, int seed)
{
    private const int Clients = 8;

    private readonly Calls _calls = new(deployment, log);

    /// <summary>Jobs that were accepted: what cancels and redrives are about.</summary>
    private readonly List<string> _accepted = [];

    public async Task RunAsync(int perSecond, CancellationToken stop)
    {
        var every = TimeSpan.FromSeconds((double)Clients / perSecond);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => RunAsync(client, every, stop)));
    }

    private async Task RunAsync(int client, TimeSpan every, CancellationToken stop)
    {
        var random = new Random(HashCode.Combine(seed, client) & int.MaxValue);
        using var pace = new PeriodicTimer(every);
        for (var number = 0; ; number++)
        {
            try
            {
                await pace.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await ActAsync(random, string.Create(CultureInfo.InvariantCulture, $"{client}-{number}"));
        }
    }

    private Task ActAsync(Random random, string subject) => random.NextDouble() switch
    {
        < 0.15 => SubmitAsync(random, subject, key: null),
        < 0.70 => SubmitAsync(random, subject, key: "key-" + subject),
        < 0.78 => RepeatAsync(random, subject),
        < 0.84 => OnJobAsync(random, CallKind.Cancel, HttpMethod.Delete, id => $"/jobs/{id}"),
        < 0.88 => OnJobAsync(random, CallKind.Redrive, HttpMethod.Post, id => $"/jobs/{id}/redrive"),
        < 0.92 => AddCallbackAsync(random, subject),
        < 0.97 => ReplayAsync(random),
        _ => _calls.LookAsync(Door(random)),
    };

    private async Task SubmitAsync(Random random, string subject, string? key)
    {
        var (body, paths) = Job(random, subject);
        await SubmitAsync(random, subject, key, body, paths, otherBody: false);
    }

    /// <summary>One key several times: at once and after one another, with the same body and with another.</summary>
    private async Task RepeatAsync(Random random, string subject)
    {
        var (body, paths) = Job(random, subject);
        var (key, other) = ("key-" + subject, (JsonObject)body.DeepClone());
        await Task.WhenAll(Once(), Once());
        await Once();
        // Only an answer says that the key is taken.
        other["priority"] = 9;
        if (_calls.IsTaken(key))
            await SubmitAsync(random, subject, key, other, paths, otherBody: true);

        Task Once() => SubmitAsync(random, subject, key, body, paths, otherBody: false);
    }

    private async Task SubmitAsync(Random random, string subject, string? key, JsonObject body, IReadOnlyList<string> paths, bool otherBody)
    {
        var call = _calls.Begin(CallKind.Submit, subject) with { Key = key, Callbacks = paths, OtherBody = otherBody };
        if (await _calls.SendAsync(call, HttpMethod.Post, Door(random), "/jobs", body) is { Result: CallResult.Ok, JobId: { } id })
            lock (_accepted)
                _accepted.Add(id);
    }

    private async Task OnJobAsync(Random random, CallKind kind, HttpMethod method, Func<string, string> path)
    {
        if (Some(random) is { } id)
            await _calls.SendAsync(_calls.Begin(kind, id), method, Door(random), path(id), null);
    }

    private async Task AddCallbackAsync(Random random, string subject)
    {
        if (Some(random) is not { } id)
            return;
        var (url, path) = Callback(Personality.All[random.Next(Personality.All.Count)], subject, 0);
        var call = _calls.Begin(CallKind.AddCallback, id) with { Callbacks = [path], JobId = id };
        await _calls.SendAsync(call, HttpMethod.Post, Door(random), $"/jobs/{id}/callbacks", new JsonObject { ["url"] = url, ["secret"] = Receivers.Secret });
    }

    private async Task ReplayAsync(Random random)
    {
        var status = random.Next(3) == 0 ? "delivered" : "parked";
        if (await _calls.ListAsync(Door(random), $"/deliveries?status={status}&limit=50") is not { Count: > 0 } found)
            return;
        var id = found[random.Next(found.Count)];
        await _calls.SendAsync(_calls.Begin(CallKind.Replay, id), HttpMethod.Post, Door(random), $"/deliveries/{id}/replay", null);
    }

    private (JsonObject Body, IReadOnlyList<string> Paths) Job(Random random, string subject)
    {
        var callbacks = Personality.All.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select((p, i) => Callback(p, subject, i)).ToList();
        var fails = random.NextDouble() < 0.05;
        var body = new JsonObject
        {
            ["type"] = "http.request",
            ["input"] = new JsonObject { ["method"] = "POST", ["url"] = fails ? receivers.BrokenUrl(subject) : receivers.WorkUrl(subject) },
            ["metadata"] = new JsonObject { ["subject"] = subject },
            ["max_attempts"] = fails ? 2 : 10,
            ["callbacks"] = new JsonArray([.. callbacks.Select(c =>
            {
                var callback = new JsonObject { ["url"] = c.Url, ["secret"] = Receivers.Secret };
                if (random.NextDouble() < 0.2)
                    callback["events"] = new JsonArray("job.enqueued", "job.started", "job.succeeded", "job.failed", "job.canceled");
                return callback;
            })]),
        };
        return (body, [.. callbacks.Select(c => c.Path)]);
    }

    private (string Url, string Path) Callback(Personality personality, string subject, int index)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/{personality.Name}/{subject}.{index}");
        return (receivers.UrlOf(personality, path), path);
    }

    private Uri Door(Random random)
    {
        var doors = deployment.Doors.ToList();
        return doors[random.Next(doors.Count)].Address;
    }

    private string? Some(Random random)
    {
        lock (_accepted)
            return _accepted.Count == 0 ? null : _accepted[random.Next(_accepted.Count)];
    }
}
