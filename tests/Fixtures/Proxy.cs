using System.Net;
using System.Net.Sockets;

namespace Fixtures;

/// <summary>
/// TCP between one process and a server: it can be cut, slowed down, held up so that what was sent arrives much later, and made to swallow a
/// database's answer to a COMMIT, so that the work is done and its doer does not know.
/// </summary>
public sealed class Proxy : IAsyncDisposable
{
    /// <summary>A simple query (<c>Q</c>) of eleven bytes: the message that Npgsql commits with.</summary>
    private static readonly byte[] Commit = [(byte)'Q', 0, 0, 0, 11, .. "COMMIT\0"u8];

    private readonly CancellationTokenSource _closing = new();
    private readonly HashSet<Link> _links = [];
    private readonly Lock _lock = new();
    private readonly int _target;
    private readonly Task _accepting;
    private readonly TcpListener _listener;
    private volatile bool _isCut;
    private volatile TaskCompletionSource? _held;
    private int _commitsToLose;

    /// <param name="target">The server's port on this machine.</param>
    public Proxy(int target)
    {
        _target = target;
        Port = FreePort.Find();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where to connect instead of to the server.</summary>
    public int Port { get; }

    /// <summary>How long each piece of data waits, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many answers to a COMMIT were swallowed so far.</summary>
    public int CommitsLost { get; private set; }

    /// <summary>Breaks every connection, and new ones as soon as they are made.</summary>
    public void Cut()
    {
        _isCut = true;
        CloseAll();
    }

    /// <summary>Lets nothing through and breaks nothing: what is sent meanwhile arrives when it is mended, even if its sender is gone by then.</summary>
    public void Hold() => _held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Mend()
    {
        _isCut = false;
        _held?.TrySetResult();
        _held = null;
    }

    /// <summary>Swallows the next so many answers to a COMMIT, and breaks their connections.</summary>
    public void LoseCommits(int count) => Interlocked.Exchange(ref _commitsToLose, count);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        CloseAll();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        using var link = new Link(near, new TcpClient());
        lock (_lock)
            _links.Add(link);
        try
        {
            if (_isCut)
                return;
            await link.Far.ConnectAsync(IPAddress.Loopback, _target, _closing.Token);
            link.Near.NoDelay = link.Far.NoDelay = true;
            await Task.WhenAny(PumpAsync(link, link.Near, link.Far, ToServer), PumpAsync(link, link.Far, link.Near, ToClient));
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            lock (_lock)
                _links.Remove(link);
        }
    }

    private async Task PumpAsync(Link link, TcpClient from, TcpClient to, Func<Link, ReadOnlyMemory<byte>, bool> passes)
    {
        var buffer = new byte[64 * 1024];
        var (source, sink) = (from.GetStream(), to.GetStream());
        while (await source.ReadAsync(buffer, _closing.Token) is var read and > 0)
        {
            await PassAsync();
            if (!passes(link, buffer.AsMemory(0, read)))
                return;
            await sink.WriteAsync(buffer.AsMemory(0, read), _closing.Token);
        }
    }

    private async Task PassAsync()
    {
        if (Delay > TimeSpan.Zero)
        {
            using var timer = new PeriodicTimer(Delay);
            await timer.WaitForNextTickAsync(_closing.Token);
        }
        if (_held is { } held)
            await held.Task.WaitAsync(_closing.Token);
    }

    private bool ToServer(Link link, ReadOnlyMemory<byte> data)
    {
        if (Volatile.Read(ref _commitsToLose) > 0 && data.Span.IndexOf(Commit) >= 0 && Interlocked.Decrement(ref _commitsToLose) >= 0)
            link.LosesAnswer = true;
        return true;
    }

    /// <summary>The server has answered, so the commit is done; its answer goes no further, and nor does the connection.</summary>
    private bool ToClient(Link link, ReadOnlyMemory<byte> data)
    {
        if (!link.LosesAnswer)
            return true;
        CommitsLost++;
        return false;
    }

    private void CloseAll()
    {
        lock (_lock)
            foreach (var link in _links)
                link.Dispose();
    }

    private sealed class Link(TcpClient near, TcpClient far) : IDisposable
    {
        public TcpClient Near => near;
        public TcpClient Far => far;
        public volatile bool LosesAnswer;

        public void Dispose()
        {
            near.Dispose();
            far.Dispose();
        }
    }
}
