using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Streams;

/// <summary>A receiver of webhooks that sorts them by job and number. Two deliveries of one number must have the same bytes.</summary>
internal sealed class Inbox : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, string>> _jobs = [];
    private readonly ConcurrentQueue<string> _faults = [];
    private int _count;

    private Inbox(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/hook";

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>What should never have come.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>How many requests came, repeats included.</summary>
    public int Count => _count;

    public static async Task<Inbox> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var inbox = new Inbox(builder.Build());
        inbox._app.MapPost("/hook", inbox.ReceiveAsync);
        await inbox._app.StartAsync();
        return inbox;
    }

    public string? Find(string job, int seq) => _jobs.TryGetValue(job, out var events) ? events.GetValueOrDefault(seq) : null;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        Interlocked.Increment(ref _count);
        var happened = Happened.Of(body);
        if (request.Headers["webhook-id"] != $"evt_{happened.Job}_{happened.Seq}")
            _faults.Enqueue($"webhook-id {request.Headers["webhook-id"]} came with number {happened.Seq} of {happened.Job}");
        if (_jobs.GetOrAdd(happened.Job, _ => []).GetOrAdd(happened.Seq, body) != body)
            _faults.Enqueue($"number {happened.Seq} of {happened.Job} came with two bodies");
        return Results.NoContent();
    }
}
