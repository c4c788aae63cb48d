using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Faults.Histories;
using Faults.Load;
using Faults.Processes;

namespace Faults.Stepping;

/// <summary>
/// A little of everything that the service does, once in each life of a process: so that a failpoint comes by each step of submitting, working,
/// ending, sending, giving up, replaying, rotating keys and removing what is over.
/// </summary>
internal sealed class Scenario(Deployment deployment, Receivers receivers, HistoryLog log, int life)
{
    private const string Handmade = "steps.handmade";

    private readonly Calls _calls = new(deployment, log);
    private readonly Uri _door = deployment.Doors.Single().Address;

    /// <summary>Another receiver in each life: who died may still own the one before.</summary>
    private readonly Personality _receiver = Personality.All[life % Personality.All.Count];

    public async Task PlayAsync()
    {
        await SubmitAsync();
        await WorkAsync();
        await GiveUpAsync();
        await AskAsync(HttpMethod.Post, "/signing-secret/rotate", new() { ["overlap_hours"] = 0 });
        foreach (var id in (await _calls.ListAsync(_door, "/deliveries?status=delivered&limit=1")) ?? [])
            await OnAsync(CallKind.Replay, HttpMethod.Post, id, $"/deliveries/{id}/replay");
        var many = _calls.Begin(CallKind.StartReplay, "refused") with { Key = string.Create(CultureInfo.InvariantCulture, $"replay-{life}") };
        await _calls.SendAsync(many, HttpMethod.Post, _door, "/replays", new() { ["filter"] = new JsonObject { ["reason"] = "retries_exhausted" } });
    }

    /// <summary>Ends the jobs that wait for a worker, those of earlier lives too.</summary>
    public async Task WorkOffAsync()
    {
        foreach (var claim in await ClaimAsync())
            await TellAsync(claim, "complete", new());
    }

    /// <summary>With a key and without, twice, for a callback that comes late, canceled and done again, and one that is removed once it is delivered.</summary>
    private async Task SubmitAsync()
    {
        var job = await SubmitAsync("plain");
        await SubmitAsync("keyed", key: $"key-{life}");
        await SubmitAsync("keyed", key: $"key-{life}");
        await SubmitAsync("brief", ttl: 0);
        if (await SubmitAsync("canceled") is { } other)
        {
            await OnAsync(CallKind.Cancel, HttpMethod.Delete, other, $"/jobs/{other}");
            await OnAsync(CallKind.Redrive, HttpMethod.Post, other, $"/jobs/{other}/redrive");
        }
        if (job is null)
            return;
        var path = PathOf("late");
        var call = _calls.Begin(CallKind.AddCallback, job) with { Callbacks = [path], JobId = job };
        await _calls.SendAsync(call, HttpMethod.Post, _door, $"/jobs/{job}/callbacks", Callback(path));
    }

    /// <summary>All that a worker may say: it completes one, fails one, stops one that was canceled, and gives one back before it completes it too.</summary>
    private async Task WorkAsync()
    {
        string[] ends = ["complete", "fail", "canceled", "release"];
        foreach (var end in ends)
            await SubmitAsync("by-hand-" + end, type: Handmade);
        var claims = await ClaimAsync();
        foreach (var (claim, index) in claims.Select((claim, index) => (claim, index)))
        {
            await TellAsync(claim, "heartbeat", new() { ["progress"] = 50, ["checkpoint"] = "half" });
            await TellAsync(claim, "events", new() { ["outputs"] = new JsonArray(new JsonObject { ["client_seq"] = 1, ["data"] = "part" }) });
            var end = ends[index % ends.Length];
            if (end == "canceled")
                await OnAsync(CallKind.Cancel, HttpMethod.Delete, claim.Id, $"/jobs/{claim.Id}");
            await TellAsync(claim, end, end == "fail" ? new() { ["error"] = new JsonObject { ["code"] = "no", ["message"] = "No." }, ["retryable"] = false } : new());
        }
        await WorkOffAsync();
    }

    /// <summary>A receiver that is gone disables its callback; one that refuses has its only attempt parked.</summary>
    private async Task GiveUpAsync()
    {
        await SubmitAsync("gone", refusal: 410);
        await SubmitAsync("refused", refusal: 404);
    }

    private async Task<string?> SubmitAsync(string name, string? key = null, int? ttl = null, string type = "http.request", int? refusal = null)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"{name}-{life}");
        var path = refusal is { } status ? Receivers.RefusingPath(status, subject) : PathOf(name);
        var body = new JsonObject
        {
            ["type"] = type,
            ["metadata"] = new JsonObject { ["subject"] = subject },
            ["max_attempts"] = 5,
            ["callbacks"] = new JsonArray(Callback(path, refusal is null ? null : [0])),
        };
        if (type != Handmade)
            body["input"] = new JsonObject { ["method"] = "POST", ["url"] = receivers.WorkUrl(subject) };
        if (ttl is { } seconds)
            body["ttl_seconds"] = seconds;
        var call = _calls.Begin(CallKind.Submit, subject) with { Key = key, Callbacks = [path], Expires = ttl is not null };
        return (await _calls.SendAsync(call, HttpMethod.Post, _door, "/jobs", body)).JobId;
    }

    private string PathOf(string name) => string.Create(CultureInfo.InvariantCulture, $"/{_receiver.Name}/{name}-{life}.0");

    private JsonObject Callback(string path, int[]? schedule = null)
    {
        var callback = new JsonObject { ["url"] = receivers.UrlOf(_receiver, path), ["secret"] = Receivers.Secret };
        if (schedule is not null)
            callback["schedule"] = new JsonArray([.. schedule.Select(wait => JsonValue.Create(wait))]);
        return callback;
    }

    private Task<ClientCall> OnAsync(CallKind kind, HttpMethod method, string id, string path) => _calls.SendAsync(_calls.Begin(kind, id), method, _door, path, null);

    private async Task<List<(string Id, string Fence)>> ClaimAsync()
    {
        var claimed = await AskAsync(HttpMethod.Post, "/worker/claims", new() { ["types"] = new JsonArray(Handmade), ["max"] = 20, ["lease_seconds"] = 10 });
        return claimed is { } answer
            ? [.. answer.GetProperty("jobs").EnumerateArray().Select(job => (job.GetProperty("id").GetString()!, job.GetProperty("fence").GetRawText()))]
            : [];
    }

    private Task<JsonElement?> TellAsync((string Id, string Fence) claim, string what, JsonObject body) =>
        AskAsync(HttpMethod.Post, $"/worker/jobs/{claim.Id}/{what}", body, claim.Fence);

    /// <summary>Null where there was no good answer: here that is expected.</summary>
    private async Task<JsonElement?> AskAsync(HttpMethod method, string path, JsonObject body, string? fence = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_door, path)) { Content = JsonContent.Create(body) };
        if (fence is not null)
            request.Headers.Add("Lease-Fence", fence);
        try
        {
            using var answer = await deployment.Client.SendAsync(request);
            return answer.StatusCode is System.Net.HttpStatusCode.OK or System.Net.HttpStatusCode.Accepted ? await answer.Content.ReadFromJsonAsync<JsonElement>() : null;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException or JsonException)
        {
            return null;
        }
    }
}
