using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Client;

namespace Webhooks.Tests;

/// <summary>
/// A service that decides over each byte of its answers: it can stop in the middle of one, say nothing, hang up, be away, and come back. Each
/// connection serves one request.
/// </summary>
internal sealed class RawService : IAsyncDisposable
{
    private readonly List<ServiceProvider> _owned = [];
    private readonly ConcurrentQueue<RawRequest> _requests = new();
    private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly int _port;
    private TcpListener _listener;
    private Task _accepting;

    public RawService(Func<RawRequest, RawAnswer, Task> answer)
    {
        Answer = answer;
        (_listener, _accepting) = Listen(0);
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public Func<RawRequest, RawAnswer, Task> Answer { get; set; }

    public StepClock Clock { get; } = new();

    public IReadOnlyList<RawRequest> Requests => [.. _requests];

    public JobClient Client(Action<JobClientOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddJobClient(options =>
        {
            options.BaseAddress = new Uri($"http://127.0.0.1:{_port}");
            options.ApiKey = Service.Key;
            options.RetryDelay = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        var provider = services.BuildServiceProvider();
        _owned.Add(provider);
        return provider.GetRequiredService<JobClient>();
    }

    /// <summary>Nobody listens any more, as when a service is restarted.</summary>
    public async Task GoAwayAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    public void ComeBack() => (_listener, _accepting) = Listen(_port);

    /// <summary>Waits until something holds that other tasks bring about, and does a little before each look.</summary>
    public static async Task UntilAsync(Func<bool> holds, Action? meanwhile = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!holds())
        {
            meanwhile?.Invoke();
            await pause.WaitForNextTickAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _owned)
            await provider.DisposeAsync();
        await _over.CancelAsync();
        await GoAwayAsync();
        _over.Dispose();
    }

    private (TcpListener, Task) Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return (listener, AcceptAsync(listener));
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            TcpClient connection;
            try
            {
                connection = await listener.AcceptTcpClientAsync(_over.Token);
            }
            catch (Exception stopped) when (stopped is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            _ = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
            try
            {
                var request = await RawRequest.ReadAsync(connection.GetStream(), _over.Token);
                _requests.Enqueue(request);
                await Answer(request, new RawAnswer(connection.GetStream(), _over.Token));
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The client hung up, or the test is over.
            }
    }
}

/// <summary>A request without a body.</summary>
internal sealed record RawRequest(string Line, IReadOnlyDictionary<string, string> Headers)
{
    public bool WantsStream => Header("Accept") == "text/event-stream";

    public int After => int.Parse(Line.Split("after=")[1].Split([' ', '&'])[0], CultureInfo.InvariantCulture);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public static async Task<RawRequest> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, stop);
            if (read == 0)
                throw new IOException("The client hung up.");
            head.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return new(lines[0], lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>An answer, written piece by piece; it ends when its connection does.</summary>
internal sealed class RawAnswer(NetworkStream stream, CancellationToken over)
{
    public Task HeadAsync(int status, string? type, params string[] headers) => WriteAsync(
        $"HTTP/1.1 {status} Any\r\nConnection: close\r\n{(type is null ? "" : $"Content-Type: {type}\r\n")}{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");

    public async Task AllAsync(int status, string type, string body, params string[] headers)
    {
        await HeadAsync(status, type, [.. headers, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}"]);
        await WriteAsync(body);
    }

    public Task StreamAsync() => HeadAsync(200, "text/event-stream");

    public Task ItemAsync(int seq, string type, string status) =>
        WriteAsync($"id: {seq}\nevent: {type}\ndata: {Samples.Event(seq, type, status).ReplaceLineEndings(" ").Trim()}\n\n");

    public Task WriteAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), over).AsTask();

    /// <summary>Says nothing more, and leaves the connection open until the test is over.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, over);
}
