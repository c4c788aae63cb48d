using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Faults.Histories;
using Faults.Processes;

namespace Faults.Load;

/// <summary>One claim, and all that its worker says of it. False and null mean that the claim is over, or the worker: then nothing more is said.</summary>
internal sealed class HeldJob(JsonElement claimed, string worker, Deployment deployment, HistoryLog log, Random random)
{
    public const int LeaseSeconds = 10;

    private readonly string _id = claimed.GetProperty("id").GetString()!;
    private readonly long _fence = claimed.GetProperty("fence").GetInt64();
    private long _since = TimeProvider.System.GetTimestamp();
    private int _calls;
    private bool _isLate;

    /// <summary>The call in which the worker dies; null where it lives.</summary>
    public int? DiesAt { get; set; }

    /// <summary>Somebody asked for the job's cancellation.</summary>
    public bool MustStop { get; private set; } = claimed.GetProperty("cancel_requested").GetBoolean();

    public async Task<bool> BeatAsync(int step)
    {
        var checkpoint = string.Create(CultureInfo.InvariantCulture, $$"""{"fence":{{_fence}},"step":{{step}}}""");
        var sent = TimeProvider.System.GetTimestamp();
        var answer = await PostAsync(
            WorkerVerb.Heartbeat, new JsonObject { ["checkpoint"] = JsonNode.Parse(checkpoint), ["progress"] = 10 * step }, checkpoint);
        if (answer is null)
            return false;
        _since = sent;
        MustStop |= answer.Json.GetProperty("cancel_requested").GetBoolean();
        return true;
    }

    /// <summary>All outputs up to this one, those that were said before once more.</summary>
    public async Task<bool> OutputAsync(int upTo)
    {
        var outputs = Enumerable.Range(1, upTo).Select(n => (JsonNode)new JsonObject
        {
            ["client_seq"] = n, ["data"] = string.Create(CultureInfo.InvariantCulture, $"{_fence}.{n}"),
        });
        return await PostAsync(
            WorkerVerb.Output, new JsonObject { ["outputs"] = new JsonArray([.. outputs]) }, upTo.ToString(CultureInfo.InvariantCulture)) is not null;
    }

    public Task<Answer?> FailAsync(bool isFinal) => PostAsync(
        WorkerVerb.Fail, new JsonObject
        {
            ["error"] = new JsonObject { ["code"] = "dice", ["message"] = "It fell badly." }, ["retryable"] = !isFinal, ["retry_after_seconds"] = 0,
        },
        isFinal ? "final" : null);

    public Task<Answer?> ReleaseAsync() => PostAsync(WorkerVerb.Release, null, null);

    public Task<Answer?> StopAsync() => PostAsync(WorkerVerb.Canceled, null, null);

    public Task<Answer?> CompleteAsync()
    {
        var result = new JsonObject { ["fence"] = _fence, ["job"] = _id };
        return PostAsync(WorkerVerb.Complete, new JsonObject { ["result"] = result }, DatabaseReader.Hash(Encoding.UTF8.GetBytes(result.ToJsonString())));
    }

    public async Task<Answer?> UploadAndCompleteAsync(int length)
    {
        var (answer, hash) = await UploadAsync(length);
        return answer is null ? null : await PostAsync(WorkerVerb.Complete, [], hash);
    }

    /// <summary>A zombie says all that it would have said in time.</summary>
    public async Task GoOnLateAsync()
    {
        _isLate = true;
        await BeatAsync(step: 9);
        await OutputAsync(2);
        await UploadAsync(100);
        await CompleteAsync();
    }

    private async Task<(Answer? Answer, string Hash)> UploadAsync(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        var hash = DatabaseReader.Hash(bytes);
        return (await SayAsync(WorkerVerb.Upload, hash, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Put, UrlOf("result")) { Content = new ByteArrayContent(bytes) };
            request.Headers.Add("Repr-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:");
            return request;
        }), hash);
    }

    private Task<Answer?> PostAsync(WorkerVerb verb, JsonObject? body, string? said)
    {
        var path = verb == WorkerVerb.Output ? "events" : verb.ToString().ToLowerInvariant();
        return SayAsync(verb, said, () => Wire.Request(HttpMethod.Post, deployment.AnyDoor(random), UrlOf(path).AbsolutePath, body));
    }

    /// <summary>Says it until it is answered or the lease is over; one that is late tries once.</summary>
    private async Task<Answer?> SayAsync(WorkerVerb verb, string? said, Func<HttpRequestMessage> make)
    {
        var dies = ++_calls == DiesAt;
        while (true)
        {
            var call = new WorkerCall
            {
                Number = log.NextNumber(), Worker = worker, Verb = verb, JobId = _id, Fence = _fence, Said = said, IsLate = _isLate,
                From = TimeProvider.System.GetUtcNow(),
            };
            log.Append(call);
            using var request = make();
            request.Headers.Add("Lease-Fence", _fence.ToString(CultureInfo.InvariantCulture));
            using var death = new CancellationTokenSource();
            if (dies)
                death.CancelAfter(random.Next(15));
            var answer = await Wire.SendAsync(deployment.Client, request, death.Token);
            log.Append(call with { Result = answer.Result, Status = answer.Status, Broke = answer.Broke, Until = TimeProvider.System.GetUtcNow() });
            if (!dies && answer.Result == CallResult.Ok)
                return answer;
            if (dies || _isLate || answer.Status is < 500 || TimeProvider.System.GetElapsedTime(_since).TotalSeconds > LeaseSeconds - 1)
                return null;
            await Pause.ForAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        }
    }

    private Uri UrlOf(string what) => new(deployment.AnyDoor(random), $"/worker/jobs/{_id}/{what}");
}
