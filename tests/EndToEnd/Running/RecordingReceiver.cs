using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Running;

/// <summary>One request as it came.</summary>
internal sealed record Received(string Id, string Timestamp, string Signature, byte[] Body);

/// <summary>A receiver that keeps what it got and answers 204.</summary>
internal sealed class RecordingReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = [];
    private readonly SemaphoreSlim _came = new(0);

    private RecordingReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/hook";

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Wants no delivery, so that each is parked after one attempt.</summary>
    public bool RefusesAll { get; set; }

    /// <summary>How long each answer takes.</summary>
    public TimeSpan Takes { get; set; }

    public IReadOnlyCollection<Received> All => _received;

    public static async Task<RecordingReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new RecordingReceiver(builder.Build());
        receiver._app.MapPost("/hook", receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until what came is enough.</summary>
    public async Task UntilAsync(Func<IReadOnlyCollection<Received>, bool> enough, CancellationToken stop)
    {
        while (!enough(All))
            await _came.WaitAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _came.Dispose();
    }

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        _received.Enqueue(new(
            request.Headers["webhook-id"].ToString(), request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(),
            body.ToArray()));
        _came.Release();
        await TakeTimeAsync(request.HttpContext.RequestAborted);
        if (RefusesAll)
            request.HttpContext.Response.Headers["webhook-delivery"] = "abort-message";
        return Results.NoContent();
    }

    private async Task TakeTimeAsync(CancellationToken stop)
    {
        if (Takes == TimeSpan.Zero)
            return;
        using var timer = new PeriodicTimer(Takes);
        await timer.WaitForNextTickAsync(stop);
    }
}
