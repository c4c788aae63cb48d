using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Egress.Tests;

/// <summary>A server that does with each connection what the test says, byte by byte.</summary>
internal sealed class RawReceiver : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly Func<Conversation, Task> script;
    private readonly Task accepting;
    private int connections;

    public RawReceiver(Func<Conversation, Task> script, string address = "127.0.0.1")
    {
        this.script = script;
        listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Reads each request on a connection and sends the same bytes after it.</summary>
    public static RawReceiver Replying(string reply) => new(async talk =>
    {
        while (await talk.ReadRequestAsync()) await talk.WriteAsync(reply);
    });

    /// <summary>Reads one request, sends these bytes and closes.</summary>
    public static RawReceiver ReplyingOnce(string reply) => new(async talk =>
    {
        await talk.ReadRequestAsync();
        await talk.WriteAsync(reply);
    });

    /// <summary>A server that must never be reached.</summary>
    public static RawReceiver Untouched(string address = "127.0.0.1") => new(_ => Task.CompletedTask, address);

    public ConcurrentQueue<string> Requests { get; } = new();

    public int Connections => Volatile.Read(ref connections);

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/hook";

    /// <summary>Whether a connection waits or was accepted: the backlog tells of those that the loop has not seen yet.</summary>
    public bool WasReached => Connections > 0 || listener.Pending();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Stop();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stop.Token);
                Interlocked.Increment(ref connections);
                talks.Add(TalkAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        await using var talk = new Conversation(socket, Requests, stop.Token);
        try
        {
            await script(talk);
        }
        catch (Exception end) when (end is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client hung up, or the test is over.
        }
    }

    internal sealed class Conversation(Socket socket, ConcurrentQueue<string> requests, CancellationToken stop) : IAsyncDisposable
    {
        public NetworkStream Stream { get; } = new(socket, ownsSocket: true);

        public CancellationToken Stop => stop;

        public Task WriteAsync(string text) => Stream.WriteAsync(Encoding.Latin1.GetBytes(text), stop).AsTask();

        /// <summary>Reads head and body of one request; false when the client has hung up.</summary>
        public async Task<bool> ReadRequestAsync()
        {
            var text = new StringBuilder();
            var buffer = new byte[4096];
            while (!IsWhole(text.ToString()))
            {
                var read = await Stream.ReadAsync(buffer, stop);
                if (read == 0) return false;
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
            requests.Enqueue(text.ToString());
            return true;
        }

        public Task HangAsync() => Task.Delay(Timeout.InfiniteTimeSpan, stop);

        /// <summary>Closes with RST instead of FIN.</summary>
        public void Reset()
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }

        public ValueTask DisposeAsync() => Stream.DisposeAsync();

        private static bool IsWhole(string text)
        {
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0) return false;
            const string field = "content-length: ";
            var at = text.IndexOf(field, 0, head, StringComparison.OrdinalIgnoreCase);
            if (at < 0) return true;
            var end = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            var length = int.Parse(text.AsSpan(at + field.Length, end - at - field.Length), CultureInfo.InvariantCulture);
            return text.Length - head - 4 >= length;
        }
    }
}
