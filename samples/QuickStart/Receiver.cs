using System.Collections.Concurrent;
using System.Text.Json;
using WebhookVerifier;
using WebhookVerifier.AspNetCore;

namespace QuickStart;

/// <summary>
/// The agent's side: a web server that uses the verifier package. <c>/hooks</c> handles events; <c>/flaky</c> does too, but answers 503 to the
/// first request, as a receiver does that is just being deployed.
/// </summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly Timeline _timeline;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _posts = [];
    private readonly ConcurrentDictionary<string, int> _handled = [];
    private int _flakyRequests;

    private Receiver(Timeline timeline)
    {
        _timeline = timeline;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use(WatchAsync);
        _app.MapWebhook("/hooks", [Secret], (WebhookEvent<JsonElement> webhook, CancellationToken _) => HandleAsync(webhook, "/hooks"));
        _app.MapWebhook("/flaky", [Secret], (WebhookEvent<JsonElement> webhook, CancellationToken _) => HandleAsync(webhook, "/flaky"));
    }

    /// <summary>What sender and receiver share.</summary>
    public string Secret { get; } = WebhookSecret.Generate().Reveal();

    public Uri Address => new(_app.Urls.First());

    public static async Task<Receiver> StartAsync(Timeline timeline)
    {
        var receiver = new Receiver(timeline);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>How many requests came for a path.</summary>
    public int Posts(string path) => _posts.GetValueOrDefault(path);

    /// <summary>How many events were verified, new, and handled.</summary>
    public int Handled(string path) => _handled.GetValueOrDefault(path);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task HandleAsync(WebhookEvent<JsonElement> webhook, string path)
    {
        _handled.AddOrUpdate(path, 1, (_, n) => n + 1);
        _timeline.Say("receiver", $"{path} verified {webhook.Type} ({webhook.Body.Length:N0} bytes), handled once");
        return Task.CompletedTask;
    }

    private async Task WatchAsync(HttpContext http, RequestDelegate next)
    {
        var path = http.Request.Path.Value ?? "";
        var (handled, post) = (Handled(path), _posts.AddOrUpdate(path, 1, (_, n) => n + 1));
        if (path == "/flaky" && Interlocked.Increment(ref _flakyRequests) == 1)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            _timeline.Say("receiver", $"{path} answers 503: still starting");
            return;
        }
        await next(http);
        if (http.Response.StatusCode == StatusCodes.Status204NoContent && Handled(path) == handled)
            _timeline.Say("receiver", $"{path} got {http.Request.Headers["webhook-id"]} again (POST {post}): duplicate dropped, answered 204");
    }
}
