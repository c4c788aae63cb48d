using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Faults.Histories;
using Faults.Processes;

namespace Faults.Load;

/// <summary>
/// Clients that submit, repeat, cancel, redrive, replay and look, each drawing what to do from the seed; beside them remote workers, readers and an
/// administrator. A client's call is tried once; what its end was is logged, and when that isn't known, so is that.
/// </summary>
internal sealed class Driver : IDisposable
{
    private const int Clients = 8;
    private const int Workers = 12;
    private const int Readers = 6;

    private readonly Deployment _deployment;
    private readonly Receivers _receivers;
    private readonly HistoryLog _log;
    private readonly int _seed;
    private readonly Calls _calls;
    private readonly Accepted _accepted = new();
    private readonly Administrator _administrator;
    private readonly CancellationTokenSource _workIsDone = new();
    private readonly CancellationTokenSource _end = new();
    private Task _working = Task.CompletedTask;
    private Task _reading = Task.CompletedTask;

    public Driver(Deployment deployment, Receivers receivers, HistoryLog log, int seed)
    {
        (_deployment, _receivers, _log, _seed) = (deployment, receivers, log, seed);
        _calls = new(deployment, log);
        _administrator = new(deployment, receivers, _calls, _accepted, seed);
    }

    public Task PrepareAsync() => _administrator.PrepareAsync();

    /// <summary>Clients come to an end with <paramref name="stop"/>; workers and readers go on until <see cref="FinishAsync"/>.</summary>
    public async Task RunAsync(int perSecond, CancellationToken stop)
    {
        var every = TimeSpan.FromSeconds((double)Clients / perSecond);
        _working = Task.WhenAll(Enumerable.Range(0, Workers).Select(n =>
            new RemoteWorker(string.Create(CultureInfo.InvariantCulture, $"worker-{n}"), _deployment, _receivers, _log, Chance(100 + n)).RunAsync(_workIsDone.Token)));
        _reading = Task.WhenAll(Enumerable.Range(0, Readers).Select(n => new Reader(_deployment, _accepted, _log, Chance(200 + n)).RunAsync(stop, _end.Token)));
        await Task.WhenAll([_administrator.RunAsync(stop), .. Enumerable.Range(0, Clients).Select(client => RunAsync(client, every, stop))]);
    }

    /// <summary>After the last fault: what was held is let go, so that everything can come to an end.</summary>
    public Task LetGoAsync() => _administrator.FinishAsync();

    /// <summary>When all work has come to its end, or to no end in time: readers have the last events, workers go, and every result is read back.</summary>
    public async Task FinishAsync()
    {
        _end.CancelAfter(TimeSpan.FromSeconds(20));
        await _reading;
        await _workIsDone.CancelAsync();
        await _working;
        await new ResultReader(_deployment, _log).ReadAllAsync();
    }

    public void Dispose()
    {
        _workIsDone.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync(int client, TimeSpan every, CancellationToken stop)
    {
        var random = Chance(client);
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
        _ => _calls.LookAsync(_deployment.AnyDoor(random)),
    };

    private async Task SubmitAsync(Random random, string subject, string? key)
    {
        var (body, paths) = Job(random, subject);
        var expires = key is null && random.NextDouble() < 0.5 && !paths.Any(path => Personality.Ending.Contains(path.Split('/')[1]));
        if (expires)
            body["ttl_seconds"] = 0;
        await SubmitAsync(random, subject, key, body, paths, otherBody: false, expires);
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

    private async Task SubmitAsync(Random random, string subject, string? key, JsonObject body, IReadOnlyList<string> paths, bool otherBody, bool expires = false)
    {
        var call = _calls.Begin(CallKind.Submit, subject) with { Key = key, Callbacks = paths, OtherBody = otherBody, Expires = expires };
        if (await _calls.SendAsync(call, HttpMethod.Post, _deployment.AnyDoor(random), "/jobs", body) is { Result: CallResult.Ok, JobId: { } id, Expires: false })
            _accepted.Add(id);
    }

    private async Task OnJobAsync(Random random, CallKind kind, HttpMethod method, Func<string, string> path)
    {
        if (_accepted.Any(random) is { } id)
            await _calls.SendAsync(_calls.Begin(kind, id), method, _deployment.AnyDoor(random), path(id), null);
    }

    private async Task AddCallbackAsync(Random random, string subject)
    {
        if (_accepted.Any(random) is not { } id)
            return;
        var (callback, path) = Callback(random, Personality.All[random.Next(Personality.All.Count)], subject, 0);
        var call = _calls.Begin(CallKind.AddCallback, id) with { Callbacks = [path], JobId = id };
        await _calls.SendAsync(call, HttpMethod.Post, _deployment.AnyDoor(random), $"/jobs/{id}/callbacks", callback);
    }

    private async Task ReplayAsync(Random random)
    {
        var status = random.Next(3) == 0 ? "delivered" : "parked";
        if (await _calls.ListAsync(_deployment.AnyDoor(random), $"/deliveries?status={status}&limit=50") is not { Count: > 0 } found)
            return;
        var id = found[random.Next(found.Count)];
        await _calls.SendAsync(_calls.Begin(CallKind.Replay, id), HttpMethod.Post, _deployment.AnyDoor(random), $"/deliveries/{id}/replay", null);
    }

    private (JsonObject Body, IReadOnlyList<string> Paths) Job(Random random, string subject)
    {
        var callbacks = Personality.All.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select((p, i) => Callback(random, p, subject, i)).ToList();
        foreach (var (callback, path) in callbacks.Where(c => random.NextDouble() < (Personality.Ending.Contains(c.Path.Split('/')[1]) ? 0.6 : 0.2)))
        {
            callback["events"] = new JsonArray("job.enqueued", "job.started", "job.succeeded", "job.failed", "job.canceled");
            if (random.Next(2) == 0)
                PutInOrder(callback, path);
        }
        var body = random.NextDouble() < 0.3 ? RemoteWork() : HttpRequest(subject, fails: random.NextDouble() < 0.05);
        body["metadata"] = new JsonObject { ["subject"] = subject };
        body["callbacks"] = new JsonArray([.. callbacks.Select(c => c.Body)]);
        return (body, [.. callbacks.Select(c => c.Path)]);
    }

    private static void PutInOrder(JsonObject callback, string path)
    {
        callback["ordered"] = true;
        if (!Personality.Patient.Contains(path.Split('/')[1]))
            callback["on_parked"] = "skip";
    }

    private static JsonObject RemoteWork() => new()
    {
        ["type"] = RemoteWorker.Type, ["max_attempts"] = 10, ["max_lost_leases"] = 20, ["backoff"] = new JsonObject { ["base_seconds"] = 0 },
    };

    private JsonObject HttpRequest(string subject, bool fails) => new()
    {
        ["type"] = "http.request", ["max_attempts"] = fails ? 2 : 10,
        ["input"] = new JsonObject { ["method"] = "POST", ["url"] = fails ? _receivers.BrokenUrl(subject) : _receivers.WorkUrl(subject) },
    };

    /// <summary>Half of them bring a secret of their own; the others are signed with the tenant's.</summary>
    private (JsonObject Body, string Path) Callback(Random random, Personality personality, string subject, int index)
    {
        var isShared = personality.Name != Receivers.Careful && random.Next(2) == 0;
        var path = string.Create(CultureInfo.InvariantCulture, $"/{personality.Name}/{(isShared ? Receivers.Shared : "own")}/{subject}.{index}");
        var body = new JsonObject { ["url"] = _receivers.UrlOf(personality, path) };
        if (!isShared)
            body["secret"] = Receivers.Secret;
        return (body, path);
    }

    /// <summary>The same for a seed in every process, which the runtime's own hashes are not.</summary>
    private Random Chance(int number) => new(unchecked(_seed * 1009 + number) & int.MaxValue);
}
