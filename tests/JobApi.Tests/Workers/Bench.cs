using System.Text.Json;
using JobApi.Chores;
using JobApi.Workers;

namespace JobApi.Tests.Workers;

/// <summary>A service, a key for a worker, and what a worker says: raw JSON, as any language would send it.</summary>
public sealed class Bench : IAsyncLifetime
{
    private Service? _service;

    public Service Service => _service!;

    public string Key { get; private set; } = "";

    internal ClaimDesk Desk => Service.Get<ClaimDesk>();

    public async ValueTask InitializeAsync()
    {
        _service = await Service.StartAsync(_ => { }, ("Jobs:RetryFirst", "00:00:10"));
        Key = await KeyAsync();
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    /// <summary>A new key for workers, bound to types where some are named.</summary>
    public async Task<string> KeyAsync(params string[] types) => (await Service.PostAsync(
        "/keys", JsonSerializer.Serialize(new { name = "n", role = "worker", types = types.Length == 0 ? null : types }))).Text("key");

    public Task<string> SubmitAsync(string type, string members = "") => Service.SubmitAsync($$"""{"type":"{{type}}"{{members}}}""");

    public Task<Answer> ClaimAsync(string type, string members = "", string? key = null) =>
        Service.PostAsync("/worker/claims", $$"""{"types":["{{type}}"],"worker_id":"w"{{members}}}""", key ?? Key);

    /// <summary>Claims the one job of a type that is there.</summary>
    public async Task<JsonElement> TakeAsync(string type, string members = "")
    {
        var answer = await ClaimAsync(type, members);
        Assert.Equal(200, answer.Status);
        return Assert.Single(answer.Json.GetProperty("jobs").EnumerateArray());
    }

    public Task<Answer> TellAsync(string id, string verb, string? json, long fence, string? key = null) =>
        Service.PostAsync($"/worker/jobs/{id}/{verb}", json, key ?? Key, ("Lease-Fence", $"{fence}"));

    public async Task<JsonElement> JobAsync(string id) => (await Service.GetAsync($"/jobs/{id}")).Json;

    public async Task<string> StatusAsync(string id) => (await JobAsync(id)).GetProperty("status").GetString()!;

    /// <summary>The job and its log, to compare.</summary>
    public async Task<string> PictureAsync(string id) =>
        (await Service.GetAsync($"/jobs/{id}")).Body + (await Service.GetAsync($"/jobs/{id}/events")).Body;

    public async Task<List<JsonElement>> EventsAsync(string id, string type) =>
        [.. (await Service.GetAsync($"/jobs/{id}/events")).Json.GetProperty("events").EnumerateArray().Where(e => e.GetProperty("type").GetString() == type)];

    /// <summary>Time passes, and then the beat that each second brings.</summary>
    public async Task AdvanceAsync(double seconds)
    {
        Service.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await Service.Get<JobChore>().RunOnceAsync(TestContext.Current.CancellationToken);
        await Service.Get<WorkerChore>().RunOnceAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The end of the turns that are under way, when so many claims wait.</summary>
    internal async Task WaitingAsync(int count)
    {
        while (Desk.Waiting != count)
            await Task.Yield();
        await Desk.RunOnceAsync();
        Assert.Equal(count, Desk.Waiting);
    }
}
