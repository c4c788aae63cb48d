using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
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
        call = await TryAsync(call, method, door, path, body) with { Until = TimeProvider.System.GetUtcNow() };
        log.Append(call);
        if (call is { Result: CallResult.Ok, Key: { } key })
            _taken[key] = true;
        return call;
    }

    /// <summary>The ids of a list; null where it could not be had.</summary>
    public async Task<List<string>?> ListAsync(Uri door, string path)
    {
        try
        {
            using var answer = await deployment.Client.GetAsync(new Uri(door, path));
            if (!answer.IsSuccessStatusCode)
                return null;
            using var page = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
            return [.. page.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)];
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    public Task LookAsync(Uri door) => ListAsync(door, "/jobs?limit=20");

    private async Task<ClientCall> TryAsync(ClientCall call, HttpMethod method, Uri door, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(door, path));
        if (call.Key is { } key)
            request.Headers.Add("Idempotency-Key", key);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        try
        {
            using var answer = await deployment.Client.SendAsync(request);
            var status = (int)answer.StatusCode;
            if (status >= 500)
                return call with { Result = CallResult.Unknown, Status = status };
            if (!answer.IsSuccessStatusCode)
                return call with { Result = CallResult.Fail, Status = status };
            using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
            var id = call.Kind is CallKind.Submit or CallKind.Redrive ? document.RootElement.GetProperty("id").GetString() : call.JobId;
            return call with { Result = CallResult.Ok, Status = status, JobId = id };
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return call with { Result = CallResult.Fail }; // it never left
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException or JsonException)
        {
            return call with { Result = CallResult.Unknown };
        }
    }
}
