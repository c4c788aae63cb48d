using System.Collections.Concurrent;

namespace Bench.Reading;

/// <summary>A receiver of webhooks that notes how old each output is when it comes.</summary>
internal sealed class TimedReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private ConcurrentQueue<double> _ages = [];

    private TimedReceiver(WebApplication app) => _app = app;

    public string Url => $"http://127.0.0.1:{new Uri(_app.Urls.First()).Port}/hook";

    public static async Task<TimedReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new TimedReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public Task ReadAsync(ConcurrentQueue<double> ages, CancellationToken stop)
    {
        _ages = ages;
        return Task.Delay(Timeout.Infinite, stop);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        if (Log.AgeOf(await body.ReadToEndAsync()) is { } age)
            _ages.Enqueue(age);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
