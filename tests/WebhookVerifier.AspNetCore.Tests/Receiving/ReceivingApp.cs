using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace WebhookVerifier.AspNetCore.Tests.Receiving;

/// <summary>A receiver on a real port of 127.0.0.1, and a sender who signs with its secret at its time.</summary>
internal sealed class ReceivingApp : IAsyncDisposable
{
    internal const string Event = """{"type":"job.succeeded","timestamp":"2026-03-01T12:00:00Z","data":{"job_id":"job_1","seq":4}}""";

    private readonly WebApplication app;
    private readonly HttpClient sender = new();

    private ReceivingApp(WebApplication app, WebhookSecret secret, FakeTimeProvider clock, CapturedLog log)
    {
        this.app = app;
        Secret = secret;
        Clock = clock;
        Log = log;
        Url = new Uri(app.Urls.Single() + "/hooks");
    }

    internal WebhookSecret Secret { get; }

    internal FakeTimeProvider Clock { get; }

    internal CapturedLog Log { get; }

    internal Uri Url { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal static Task<ReceivingApp> StartAsync(
        Func<WebhookEvent<JsonElement>, CancellationToken, Task> handler,
        Action<WebhookEndpointOptions>? configure = null,
        Action<IServiceCollection>? services = null) =>
        StartAsync((app, secrets) => app.MapWebhook("/hooks", secrets, handler, configure ?? (_ => { })), services);

    internal static async Task<ReceivingApp> StartAsync(Action<WebApplication, string[]> map, Action<IServiceCollection>? services = null)
    {
        var secret = WebhookSecret.Generate();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var log = new CapturedLog();

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<TimeProvider>(clock);
        services?.Invoke(builder.Services);

        var app = builder.Build();
        map(app, [secret.Reveal()]);
        await app.StartAsync(Stop);
        return new ReceivingApp(app, secret, clock, log);
    }

    internal Task<HttpResponseMessage> DeliverAsync(string id = "evt_1", string body = Event) =>
        PostAsync(Signed(id, Encoding.UTF8.GetBytes(body)));

    internal Task<HttpResponseMessage> PostAsync(HttpRequestMessage request) => SendAsync(request, Stop);

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken hangUp) => sender.SendAsync(request, hangUp);

    internal HttpRequestMessage Signed(string id, byte[] body, TimeSpan ago = default)
    {
        var time = (Clock.GetUtcNow() - ago).ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new ByteArrayContent(body) };
        request.Headers.Add(WebhookHeaders.Id, id);
        request.Headers.Add(WebhookHeaders.Timestamp, $"{time}");
        request.Headers.Add(WebhookHeaders.Signature, WebhookSigner.Sign(Secret, id, time, body));
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        sender.Dispose();
        await app.DisposeAsync();
    }

    /// <summary>Everything that any part of the application logs, at every level.</summary>
    internal sealed class CapturedLog : ILoggerProvider, ILogger
    {
        internal ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
