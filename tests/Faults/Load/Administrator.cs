using System.Text.Json.Nodes;
using Faults.Histories;
using Faults.Processes;

namespace Faults.Load;

/// <summary>What an administrator does while everything goes on: rotates secrets, holds receivers, replays many deliveries at once, asks to be told.</summary>
internal sealed class Administrator(Deployment deployment, Receivers receivers, Calls calls, Accepted accepted, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Before the first job: a secret that the receivers know, and the only one; and where to tell what happens.</summary>
    public async Task PrepareAsync()
    {
        if (await RotateAsync(overlapHours: 0) is null || !await AskToBeToldAsync())
            throw new InvalidOperationException("The service can't be prepared.");
    }

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        RepeatAsync(ChangeSecretAsync, 4, 8, stop), RepeatAsync(HoldReceiverAsync, 3, 8, stop), RepeatAsync(ReplayManyAsync, 3, 8, stop),
        RepeatAsync(AskToBeToldAsync, 20, 40, stop));

    /// <summary>After the last fault: nothing stays held.</summary>
    public async Task FinishAsync()
    {
        foreach (var held in await UntilListedAsync("/receivers?status=paused&limit=100"))
            await UntilAnsweredAsync(CallKind.ResumeReceiver, held, $"/receivers/{held}/resume");
        foreach (var replay in await UntilListedAsync("/replays?limit=200"))
            await UntilAnsweredAsync(CallKind.ResumeReplay, replay, $"/replays/{replay}/resume");
    }

    private async Task RepeatAsync(Func<Task> act, double least, double most, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Pause.ForAsync(TimeSpan.FromSeconds(least + _random.NextDouble() * (most - least)), stop);
                await act();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>The new one signs along with the old ones, which are retired when it is known.</summary>
    private async Task ChangeSecretAsync()
    {
        var old = receivers.Ring.Active;
        if (await RotateAsync(overlapHours: 1) is not { } newest)
            return;
        await Pause.ForAsync(TimeSpan.FromSeconds(8), CancellationToken.None);
        foreach (var id in await UntilListedAsync("/signing-secret"))
            if (id != newest && old.Contains(id))
                await RetireAsync(id);
            else if (id != newest) // one whose making was never answered
                await AskAsync(HttpMethod.Delete, "/signing-secret/" + id);
    }

    private async Task<string?> RotateAsync(int overlapHours)
    {
        var from = TimeProvider.System.GetUtcNow();
        var answer = await AskAsync(HttpMethod.Post, "/signing-secret/rotate", new JsonObject { ["overlap_hours"] = overlapHours });
        if (answer.Result != CallResult.Ok)
            return null;
        var id = answer.Json.GetProperty("id").GetString()!;
        receivers.Ring.Add(id, answer.Json.GetProperty("secret").GetString()!, from);
        return id;
    }

    private async Task RetireAsync(string id)
    {
        receivers.Ring.Retire(id, isDone: false);
        while ((await AskAsync(HttpMethod.Delete, "/signing-secret/" + id)).Status is not (200 or 404)) // gone, where an answer was lost
            await Pause.ForAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        receivers.Ring.Retire(id, isDone: true);
    }

    private async Task HoldReceiverAsync()
    {
        var personality = Personality.All[_random.Next(Personality.All.Count)];
        var origin = new Uri(receivers.UrlOf(personality, "/")).GetLeftPart(UriPartial.Authority);
        if (await calls.ListAsync(Door, "/receivers?origin=" + Uri.EscapeDataString(origin)) is not [var id])
            return;
        await TellAsync(CallKind.PauseReceiver, personality.Name, $"/receivers/{id}/pause");
        await Pause.ForAsync(TimeSpan.FromSeconds(7 + 6 * _random.NextDouble()), CancellationToken.None);
        await UntilAnsweredAsync(CallKind.ResumeReceiver, personality.Name, $"/receivers/{id}/resume");
    }

    private async Task ReplayManyAsync()
    {
        var filter = new JsonObject();
        if (_random.Next(2) == 0 && accepted.Any(_random) is { } job)
            (filter["status"], filter["job_id"]) = (_random.Next(4) == 0 ? "canceled" : "delivered", job);
        else if (_random.Next(2) == 0)
            filter["reason"] = "refused_by_receiver";
        var body = new JsonObject { ["filter"] = filter };
        if (_random.Next(3) > 0)
            body["rate_per_second"] = _random.Next(1, 40);
        var call = calls.Begin(CallKind.StartReplay, filter.ToJsonString());
        call = await calls.SendAsync(call with { Key = $"replay-{call.Number}" }, HttpMethod.Post, Door, "/replays", body);
        if (call.Result == CallResult.Unknown) // asked again under its key, it is the same replay
            call = await calls.SendAsync(calls.Begin(CallKind.StartReplay, call.Subject) with { Key = call.Key }, HttpMethod.Post, Door, "/replays", (JsonObject)body.DeepClone());
        if (call is not { Result: CallResult.Ok, JobId: { } replay } || _random.Next(3) == 0)
            return;
        await TellAsync(CallKind.PauseReplay, replay, $"/replays/{replay}/pause");
        await Pause.ForAsync(TimeSpan.FromSeconds(2 * _random.NextDouble()), CancellationToken.None);
        await (_random.Next(4) == 0
            ? TellAsync(CallKind.CancelReplay, replay, $"/replays/{replay}/cancel")
            : TellAsync(CallKind.ResumeReplay, replay, $"/replays/{replay}/resume"));
    }

    private async Task<bool> AskToBeToldAsync() =>
        (await AskAsync(HttpMethod.Put, "/operations-callback", new JsonObject { ["url"] = receivers.OperationsUrl })).Result == CallResult.Ok;

    /// <summary>Until it is done, or refused: what is not there any more, or has ended, can't be resumed.</summary>
    private async Task UntilAnsweredAsync(CallKind kind, string subject, string path)
    {
        while ((await calls.SendAsync(calls.Begin(kind, subject), HttpMethod.Post, Door, path, null)).Status is not (>= 200 and < 500))
            await Pause.ForAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
    }

    private async Task<CallResult> TellAsync(CallKind kind, string subject, string path) =>
        (await calls.SendAsync(calls.Begin(kind, subject), HttpMethod.Post, Door, path, null)).Result;

    /// <summary>All pages of a list, however long the database is away meanwhile.</summary>
    private async Task<List<string>> UntilListedAsync(string path)
    {
        var found = new List<string>();
        for (string? next = path; next is not null;)
            if (await calls.PageAsync(Door, next) is { } page)
            {
                found.AddRange(page.Ids);
                next = page.Next is { } cursor ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={cursor}" : null;
            }
            else
                await Pause.ForAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        return found;
    }

    private async Task<Answer> AskAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = Wire.Request(method, Door, path, body);
        return await Wire.SendAsync(deployment.Client, request);
    }

    private Uri Door => deployment.AnyDoor(_random);
}
