namespace Bench;

/// <summary>A receiver that answers 204 at once, or never, and counts.</summary>
internal sealed class LoopbackReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _hangs;
    private readonly Waiter _waiter = new();

    private LoopbackReceiver(WebApplication app, bool hangs) => (_app, _hangs) = (app, hangs);

    /// <summary>Called with the <c>webhook-id</c> of each request.</summary>
    public Action<string>? Received { get; set; }

    public string Url => $"http://127.0.0.1:{new Uri(_app.Urls.First()).Port}/hook";

    public static async Task<LoopbackReceiver> StartAsync(bool hangs = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://0.0.0.0:0");
        var receiver = new LoopbackReceiver(builder.Build(), hangs);
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Completes when so many more requests have come.</summary>
    public Task ExpectAsync(int count) => _waiter.ExpectAsync(count);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        await http.Request.Body.CopyToAsync(Stream.Null);
        if (_hangs)
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Received?.Invoke(http.Request.Headers["webhook-id"].ToString());
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        _waiter.Count();
    }
}

/// <summary>Counts down to what is expected.</summary>
internal sealed class Waiter
{
    private int _left;
    private TaskCompletionSource _done = new();

    public Task ExpectAsync(int count)
    {
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _left = count;
        return _done.Task;
    }

    public void Count()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _done.SetResult();
    }
}
