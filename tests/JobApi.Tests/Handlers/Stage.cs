using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace JobApi.Tests.Handlers;

/// <summary>A service with the scripted handlers, and what a test wants to know of their jobs.</summary>
public sealed class Stage : IAsyncLifetime
{
    private Service? _service;

    public string StopGrace { get; init; } = "00:00:00";

    public Service Service => _service!;

    public Script Script { get; } = new();

    public async ValueTask InitializeAsync() => _service = await Service.StartAsync(
        services => services.AddSingleton(Script).AddJobHandler<ScriptedHandler>("scripted").AddJobHandler<TypedHandler>("typed")
            .AddJobHandler<ScriptedHandler>("narrow", concurrency: 1),
        ("Jobs:Lease", "00:01:00"), ("Jobs:RetryFirst", "00:00:10"), ("Jobs:RetryLongest", "00:00:30"), ("Jobs:StopGrace", StopGrace),
        ("Jobs:HandlerConcurrency", "4"));

    public Task<string> SubmitAsync(string members = "") => Service.SubmitAsync($$"""{"type":"scripted"{{members}}}""");

    public async Task<JsonElement> JobAsync(string id) => (await Service.GetAsync($"/jobs/{id}")).Json;

    public async Task<string> StatusAsync(string id) => (await JobAsync(id)).GetProperty("status").GetString()!;

    public async Task<List<JsonElement>> EventsAsync(string id, string type) =>
        [.. (await Service.GetAsync($"/jobs/{id}/events")).Json.GetProperty("events").EnumerateArray().Where(e => e.GetProperty("type").GetString() == type)];

    internal Task BeatAsync() => Service.BeatAsync();

    internal Task WorkAsync() => Service.WorkAsync();

    internal Task DrainAsync() => Service.DrainAsync();

    public void Advance(double seconds) => Service.Clock.Advance(TimeSpan.FromSeconds(seconds));

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
