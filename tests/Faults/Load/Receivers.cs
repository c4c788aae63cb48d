using System.Net;
using System.Globalization;
using Faults.Histories;
using Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using WebhookVerifier;
using WebhookVerifier.AspNetCore;

namespace Faults.Load;

/// <summary>
/// Receivers of many personalities, each behind an address of its own, and the slow API that jobs of type <c>http.request</c> call. Each
/// request is logged before it is answered, with what the receiver made of it.
/// </summary>
internal sealed class Receivers : IAsyncDisposable
{
    public const string Careful = "careful";

    /// <summary>Part of the path of callbacks that are signed with the tenant's secrets.</summary>
    public const string Shared = "shared";
    private const string DownAtTimes = "down";
    private const string Refusing = "refusing";

    private readonly HistoryLog _log;
    private readonly Random _random;
    private readonly Lock _drawing = new();
    private readonly WebApplication _app;
    private readonly int _port;
    private WebApplication? _sometimesUp;

    private Receivers(HistoryLog log, int seed)
    {
        _log = log;
        _random = new Random(seed);
        _port = FreePort.Find();
        Ring = new(log);
        _app = Build([IPAddress.Loopback, Personality.Operations.Address, .. Personality.All.Where(p => p.Name != DownAtTimes).Select(p => p.Address)]);
    }

    public static string Secret { get; } = WebhookSecret.Generate().Reveal();

    private static Verifier Verifier { get; } = new([Secret]);

    /// <summary>The tenant's own secrets.</summary>
    public SecretRing Ring { get; }

    /// <summary>Set when the time of faults is over: nobody misbehaves any more.</summary>
    public bool IsHealed { get; set; }

    public IReadOnlyDictionary<string, string> EgressSettings => new Dictionary<string, string>
    {
        ["Egress__Allow__0"] = $"127.0.0.0/8:{_port.ToString(CultureInfo.InvariantCulture)}",
        // For the receivers that are named: what a name resolves to is only known when it is called.
        ["Egress__AllowHttp"] = "true",
        ["Egress__AllowAnyPort"] = "true",
    };

    public string WorkUrl(string subject) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/task/{subject}");

    /// <summary>Nobody listens there.</summary>
    public string BrokenUrl(string subject) => string.Create(CultureInfo.InvariantCulture, $"http://127.9.9.9:{_port}/task/{subject}");

    /// <summary>The URL of one callback; every other receiver is named instead of numbered.</summary>
    public string UrlOf(Personality personality, string path) => string.Create(
        CultureInfo.InvariantCulture, $"http://{(personality.IsNamed ? personality.HostName : personality.Address.ToString())}:{_port}{path}");

    /// <summary>Where the administrator is told.</summary>
    public string OperationsUrl => UrlOf(Personality.Operations, $"/{Personality.Operations.Name}/{Shared}/log");

    /// <summary>The path of a callback that is always refused with this status.</summary>
    public static string RefusingPath(int status, string subject) => string.Create(CultureInfo.InvariantCulture, $"/{Refusing}/{status}/{subject}");

    public static async Task<Receivers> StartAsync(HistoryLog log, int seed)
    {
        var receivers = new Receivers(log, seed);
        await receivers._app.StartAsync();
        await receivers.SetDownAsync(false);
        return receivers;
    }

    /// <summary>Ends or starts the receiver that is sometimes not there at all.</summary>
    public async Task SetDownAsync(bool down)
    {
        if (down && _sometimesUp is { } up)
        {
            _sometimesUp = null;
            await up.StopAsync(new CancellationToken(canceled: true)); // at once: what it had in hand is cut off
            await up.DisposeAsync();
        }
        else if (!down && _sometimesUp is null)
        {
            _sometimesUp = Build([Personality.All.Single(p => p.Name == DownAtTimes).Address]);
            await _sometimesUp.StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await SetDownAsync(true);
    }

    private WebApplication Build(IEnumerable<IPAddress> addresses)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            foreach (var address in addresses)
                kestrel.Listen(address, _port);
        });
        builder.WebHost.UseShutdownTimeout(TimeSpan.Zero);
        var app = builder.Build();
        app.MapPost("/task/{subject}", WorkAsync);
        app.MapPost($"/{Refusing}/{{status:int}}/{{**callback}}", (HttpContext context, int status) => ReceiveAsync(context, Refusing, (_, _) =>
        {
            context.Response.StatusCode = status;
            return context.Response.StartAsync();
        }));
        foreach (var personality in Personality.All.Append(Personality.Operations))
        {
            var answer = personality.Name == Careful ? CarefulAnswer(app) : personality.Answer;
            app.MapPost($"/{personality.Name}/{{**callback}}", context => ReceiveAsync(context, personality.Name, answer));
        }
        return app;
    }

    /// <summary>The product's own endpoint behind the log: it verifies, and handles each event once.</summary>
    private Func<HttpContext, double, Task> CarefulAnswer(WebApplication app)
    {
        var inner = new ApplicationBuilder(app.Services);
        inner.UseRouting();
        inner.UseEndpoints(routes => routes.MapWebhook<System.Text.Json.JsonElement>("/" + Careful + "/{**callback}", [Secret], (webhook, _) =>
        {
            _log.Append(new Handled(webhook.Id, TimeProvider.System.GetUtcNow()));
            return Task.CompletedTask;
        }));
        var pipeline = inner.Build();
        return (context, _) =>
        {
            context.SetEndpoint(null); // the outer routing has found one already, and the inner would leave it at that
            return pipeline(context);
        };
    }

    private async Task ReceiveAsync(HttpContext context, string receiver, Func<HttpContext, double, Task> answer)
    {
        var now = TimeProvider.System.GetUtcNow();
        var headers = context.Request.Headers;
        var id = headers["webhook-id"].ToString();
        _ = long.TryParse(headers["webhook-timestamp"], CultureInfo.InvariantCulture, out var timestamp);
        var entry = new Received
        {
            Number = _log.NextNumber(), Receiver = receiver, Path = context.Request.Path, Id = id, Timestamp = timestamp, At = now,
        };
        _log.Append(entry);
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or BadHttpRequestException)
        {
            return;
        }
        var bytes = body.ToArray();
        entry = Verified(entry, headers, bytes) with { IsWhole = true, BodyHash = DatabaseReader.Hash(bytes) };
        context.Request.Body = new MemoryStream(bytes);
        context.Response.OnStarting(() =>
        {
            // Before the first byte: an answer that is heard was logged, whatever happens to us or to the sender.
            entry = entry with { Answer = context.Response.StatusCode, Wish = context.Response.Headers["webhook-delivery"] };
            _log.Append(entry);
            return Task.CompletedTask;
        });
        _log.Append(entry);
        var luck = Draw();
        await (IsHealed && receiver is not (Careful or Refusing) ? Personality.AnswerWell(context, luck) : answer(context, luck));
        _log.Append(entry with { Until = TimeProvider.System.GetUtcNow() });
    }

    private Received Verified(Received entry, IHeaderDictionary headers, byte[] body)
    {
        var (time, signatures) = (headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString());
        if (!entry.Path.Split('/').Contains(Shared))
            return entry with { IsVerified = Verifier.Verify(entry.Id, time, signatures, body, entry.At.ToUnixTimeSeconds()) == Verdict.Ok };
        var signers = Ring.SignersOf(entry.Id, time, signatures, body, entry.At);
        return entry with { IsVerified = signers.Count > 0, SignedBy = signers };
    }

    private async Task WorkAsync(HttpContext context)
    {
        var entry = new Received
        {
            Number = _log.NextNumber(), Receiver = "work", Path = context.Request.Path, Id = context.Request.Headers["Idempotency-Key"].ToString(),
            IsWhole = true, At = TimeProvider.System.GetUtcNow(),
        };
        _log.Append(entry);
        try
        {
            // One in ten is slow enough to be met by a fault half-way.
            var luck = Draw();
            await Pause.ForAsync(TimeSpan.FromMilliseconds(luck > 0.9 && !IsHealed ? 3000 * (luck - 0.9) * 10 : 20 * luck), context.RequestAborted);
            await context.Response.WriteAsync("done", context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
        }
        _log.Append(entry with { Answer = context.RequestAborted.IsCancellationRequested ? null : 200, Until = TimeProvider.System.GetUtcNow() });
    }

    private double Draw()
    {
        lock (_drawing)
            return _random.NextDouble();
    }
}
