using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Faults.Histories;
using Faults.Processes;

namespace Faults.Load;

/// <summary>Sends calls, each once, and logs how they ended.</summary>
internal sealed class Calls(Deployment deployment, HistoryLog log)
{
    private readonly ConcurrentDictionary<string, bool> _taken = [];

    /// <summary>A call with this key was answered, so the key stands for a job.</summary>
    public bool IsTaken(string key) => _taken.ContainsKey(key);

    public ClientCall Begin(CallKind kind, string subject) => new()
    {
        Number = log.NextNumber(), Kind = kind, Subject = subject, From = TimeProvider.System.GetUtcNow(),
    };

    public async Task<ClientCall> SendAsync(ClientCall call, HttpMethod method, Uri door, string path, JsonObject? body)
    {
        log.Append(call);
        using var request = Wire.Request(method, door, path, body);
        if (call.Key is { } key)
            request.Headers.Add("Idempotency-Key", key);
        var answer = await Wire.SendAsync(deployment.Client, request);
        call = call with { Result = answer.Result, Status = answer.Status, Broke = answer.Broke, Until = TimeProvider.System.GetUtcNow() };
        if (call is { Result: CallResult.Ok, Kind: CallKind.Submit or CallKind.Redrive or CallKind.StartReplay })
            call = call with { JobId = answer.Json.GetProperty("id").GetString() };
        log.Append(call);
        if (call is { Result: CallResult.Ok, Key: not null })
            _taken[call.Key] = true;
        return call;
    }

    /// <summary>The ids of a list's first page; null where it could not be had.</summary>
    public async Task<List<string>?> ListAsync(Uri door, string path) => (await PageAsync(door, path))?.Ids;

    /// <summary>The ids of one page and the cursor of the next, where there is one; null where it could not be had.</summary>
    public async Task<(List<string> Ids, string? Next)?> PageAsync(Uri door, string path)
    {
        using var request = Wire.Request(HttpMethod.Get, door, path);
        var answer = await Wire.SendAsync(deployment.Client, request);
        if (answer.Result != CallResult.Ok)
            return null;
        var page = answer.Json;
        return ([.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)],
            page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null);
    }

    public Task LookAsync(Uri door) => ListAsync(door, "/jobs?limit=20");
}
