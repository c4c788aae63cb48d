using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Egress.Tests;

namespace DeliveryEngine.Tests.Hostile;

/// <summary>One way to mistreat whoever posts here.</summary>
/// <param name="Name">Goes on the sentence "a receiver …".</param>
/// <param name="Expected">The status or the error's class that the attempt must get; several where the order of packets decides.</param>
/// <param name="Script">What it does with its first connection. On every later one it behaves.</param>
internal sealed record Hostility(string Name, string Expected, Func<RawReceiver.Conversation, Task> Script)
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private const string Smuggled = "HTTP/1.1 299 Smuggled\r\nContent-Length: 0\r\n\r\n";
    private static readonly string Long = new('x', 8192);
    private static readonly Certificates certificates = new();

    /// <summary>The finer reason, where it matters which.</summary>
    public string? Detail { get; init; }

    /// <summary>Speaks TLS, and on later connections with a good certificate.</summary>
    public bool Tls { get; init; }

    public bool EndsByDeadline => Expected == "timeout";

    public static IReadOnlyList<Hostility> All { get; } =
    [
        // bodies
        new("that never ends its body", "200", talk => ForeverAsync(talk, Ok + "\r\n", Long)),
        new("that never ends its chunks", "200", talk => ForeverAsync(talk, Ok + "Transfer-Encoding: chunked\r\n\r\n", "2000\r\n" + Long + "\r\n")),
        new("that drips its body byte by byte", "timeout", talk => DripAsync(talk, Ok + "Content-Length: 9000\r\n\r\n")) { Detail = "while_reading" },
        new("that stops in the middle of its body", "timeout", talk => HangAfterAsync(talk, Ok + "Content-Length: 9\r\n\r\nabc")) { Detail = "while_reading" },
        new("that hangs up in the middle of its body", "connection_lost", After(Ok + "Content-Length: 9\r\n\r\nshort")),
        new("that hangs up in the middle of a chunk", "connection_lost", After(Ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nab")),
        new("that resets in the middle of its body", "connection_lost", talk => ResetAfterAsync(talk, Ok + "Content-Length: 9\r\n\r\nab")),
        new("that answers a bomb of compressed zeros", "200", After(Ok + "Content-Encoding: gzip\r\nContent-Length: 4096\r\n\r\n\u001f\u008b\u0008" + Long[..4093])),
        new("that answers what no terminal should show", "200", After(Ok + "Content-Length: 12\r\n\r\n\u001b[2J\u0000\u0007\u00ff\u00fe\r\n<b")),
        new("that names a charset that nobody has", "200", After(Ok + "Content-Type: text/plain; charset=utf-77\r\nContent-Length: 1\r\n\r\nx")),
        new("that has a body where none may be", "204", After("HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\nabcde")),

        // lengths
        new("that says two lengths", "200|protocol_error|connection_lost", After(Ok + "Content-Length: 2\r\nContent-Length: 5\r\n\r\nabcde")),
        new("that says a length and chunks", "200|protocol_error|connection_lost", After(Ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
        new("that says a negative length", "200|protocol_error|connection_lost", After(Ok + "Content-Length: -2\r\n\r\nab")),
        new("that says a length beyond all numbers", "200|protocol_error|connection_lost", After(Ok + "Content-Length: 99999999999999999999\r\n\r\nab")),
        new("that says a chunk of no number", "protocol_error", After(Ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
        new("that says a chunk beyond all numbers", "protocol_error", After(Ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n")),
        new("that extends a chunk for ever", "protocol_error", talk => ForeverAsync(talk, Ok + "Transfer-Encoding: chunked\r\n\r\n5;x=", Long)),
        new("that never ends its trailers", "protocol_error|timeout", talk => ForeverAsync(talk, Ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "a: b\r\n")),

        // status lines
        new("that stops in the middle of its status line", "timeout", talk => HangAfterAsync(talk, "HTTP/1.1 20")) { Detail = "while_waiting" },
        new("that hangs up in the middle of its status line", "connection_lost|protocol_error", After("HTTP/1.1 20")),
        new("that hangs up without a word", "connection_lost", After("")),
        new("that has status 99", "protocol_error", After("HTTP/1.1 99 Short\r\n\r\n")),
        new("that has status 2000", "protocol_error", After("HTTP/1.1 2000 Long\r\n\r\n")),
        new("that has status 000", "0|protocol_error", After("HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n")),
        new("that has a negative status", "protocol_error", After("HTTP/1.1 -20 Less\r\n\r\n")),
        new("that has status 600", "600", After("HTTP/1.1 600 More\r\nContent-Length: 0\r\n\r\n")),
        new("that has status 999", "999", After("HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n")),
        new("that has a reason without end", "protocol_error", talk => ForeverAsync(talk, "HTTP/1.1 200 ", Long)),
        new("that speaks HTTP/0.9", "protocol_error", After("hello, this is HTTP/0.9\r\n")),
        new("that speaks HTTP/1.0 and closes", "200", After("HTTP/1.0 200 OK\r\n\r\nbye")),
        new("that speaks HTTP/2 unasked", "protocol_error", After("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0")),
        new("that speaks HTTP/3.9", "protocol_error", After("HTTP/3.9 200 OK\r\n\r\n")),
        new("that speaks another protocol", "protocol_error", After("SSH-2.0-OpenSSH_9.6\r\n\r\n")),
        new("that answers noise", "protocol_error", After("\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000a")),
        new("that switches to another protocol", "101", talk => HangAfterAsync(talk, "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")),

        // headers
        new("that never ends its headers", "protocol_error", talk => ForeverAsync(talk, Ok, "x-header: " + Long[..100] + "\r\n")),
        new("that never ends one header", "protocol_error", talk => ForeverAsync(talk, Ok + "x-header: ", Long)),
        new("that drips its headers byte by byte", "timeout", talk => DripAsync(talk, Ok + "x-header: ")) { Detail = "while_waiting" },
        new("that floods with interim answers", "protocol_error|timeout", talk => ForeverAsync(talk, "", "HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n")),
        new("that asks to go on and never answers", "timeout", talk => HangAfterAsync(talk, "HTTP/1.1 100 Continue\r\n\r\n")) { Detail = "while_waiting" },
        new("that has a header without a colon", "protocol_error", After(Ok + "no colon\r\n\r\n")),
        new("that has a header with a space in its name", "protocol_error", After(Ok + "bad name: x\r\n\r\n")),
        new("that folds a directive into another header", "200|protocol_error", After(Ok + "X-A: b\r\n webhook-delivery: disable\r\nContent-Length: 0\r\n\r\n")),
        new("that has a NUL in a header", "200|protocol_error", After(Ok + "X-A: \0webhook-delivery: disable\r\nContent-Length: 0\r\n\r\n")),
        new("that ends its lines with half of it", "200|protocol_error", After("HTTP/1.1 200 OK\nContent-Length: 0\n\n")),
        new("that sends eight KiB of tiny headers", "200", After(Ok + string.Concat(Enumerable.Repeat("a: b\r\n", 1300)) + "Content-Length: 0\r\n\r\n")),
        new("that asks for nonsense", "200", After(Ok + "webhook-delivery: disabled; abort\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n")),
        new("that asks to wait for ever", "503", After("HTTP/1.1 503 Busy\r\nRetry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n")),
        new("that offers HTTP/3 elsewhere", "200", After(Ok + "Alt-Svc: h3=\":443\"; ma=99999\r\nContent-Length: 0\r\n\r\n")),
        new("that hands out cookies", "200", After(Ok + "Set-Cookie: session=1; Path=/\r\nContent-Length: 0\r\n\r\n")),
        new("that wants to know who we are", "401", After("HTTP/1.1 401 Who\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n")),
        new("that takes us for a proxy's client", "407", After("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")),
        new("that sends us round in a circle", "302", After("HTTP/1.1 302 There\r\nLocation: /hook\r\nContent-Length: 0\r\n\r\n")),
        new("that sends us to a file", "307", After("HTTP/1.1 307 There\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n")),

        // connections
        new("that resets at once", "connection_lost|connect_failed", talk => { talk.Reset(); return Task.CompletedTask; }),
        new("that takes the whole request and then resets", "connection_lost", talk => ResetAfterAsync(talk, "")) { Detail = "connection_reset" },
        new("that resets after its headers", "connection_lost", talk => ResetAfterAsync(talk, Ok + "Content-Length: 9\r\n\r\n")),
        new("that accepts and never reads", "timeout", talk => talk.HangAsync()) { Detail = "while_waiting" },
        new("that answers before it reads", "200|connection_lost", async talk => { await talk.WriteAsync(Ok + "Content-Length: 0\r\n\r\n"); await talk.ReadRequestAsync(); }),
        new("that finds us too large before it reads", "413|connection_lost", talk => talk.WriteAsync("HTTP/1.1 413 Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")),
        new("that closes a connection that it said to keep", "200", After(Ok + "Connection: keep-alive\r\nContent-Length: 0\r\n\r\n")),
        new("that says that it closes", "200", After(Ok + "Connection: close\r\nContent-Length: 0\r\n\r\n")),
        new("that answers the next request in advance", "200", talk => HangAfterAsync(talk, Ok + "Content-Length: 0\r\n\r\n" + Smuggled)),
        new("that hides an answer in a body that is none", "204", talk => HangAfterAsync(talk, "HTTP/1.1 204 None\r\n\r\n" + Smuggled)),
        new("that hides an answer behind its length", "200", talk => HangAfterAsync(talk, Ok + "Content-Length: 2\r\n\r\nab" + Smuggled)),

        // TLS
        new("that proves another name", "tls_failed", talk => SecureAsync(talk, certificates.Good("elsewhere.example"))) { Tls = true, Detail = "certificate_name" },
        new("whose certificate has ended", "tls_failed", talk => SecureAsync(talk, certificates.Expired())) { Tls = true, Detail = "certificate_expired" },
        new("that vouches for itself", "tls_failed", talk => SecureAsync(talk, Certificates.SelfSigned())) { Tls = true, Detail = "certificate_untrusted" },
        new("that stalls the handshake", "timeout", talk => talk.HangAsync()) { Tls = true, Detail = "while_securing" },
        new("that speaks plain text where TLS should be", "tls_failed", talk => talk.WriteAsync(Ok + "\r\n")) { Tls = true },
        new("that hangs up in the handshake", "tls_failed|connection_lost", _ => Task.CompletedTask) { Tls = true },
    ];

    public static X509Certificate2Collection Roots => certificates.Roots;

    /// <summary>A receiver that does this once.</summary>
    public RawReceiver Open()
    {
        var connections = 0;
        return new RawReceiver(talk => Interlocked.Increment(ref connections) == 1 ? Script(talk) : BehaveAsync(talk));
    }

    public override string ToString() => Name;

    private async Task BehaveAsync(RawReceiver.Conversation talk)
    {
        const string fine = "HTTP/1.1 204 Fine\r\n\r\n";
        if (!Tls)
        {
            while (await talk.ReadRequestAsync())
                await talk.WriteAsync(fine);
            return;
        }
        await using var secure = new SslStream(talk.Stream);
        await secure.AuthenticateAsServerAsync(certificates.Good());
        var buffer = new byte[64 * 1024];
        for (var text = ""; await secure.ReadAsync(buffer, talk.Stop) is > 0 and var read;)
        {
            text += Encoding.Latin1.GetString(buffer, 0, read);
            if (!text.EndsWith('}'))
                continue;
            text = "";
            await secure.WriteAsync(Encoding.Latin1.GetBytes(fine), talk.Stop);
        }
    }

    private static Func<RawReceiver.Conversation, Task> After(string reply) => async talk =>
    {
        await talk.ReadRequestAsync();
        await talk.WriteAsync(reply);
    };

    private static async Task ForeverAsync(RawReceiver.Conversation talk, string begin, string more)
    {
        await talk.ReadRequestAsync();
        await talk.WriteAsync(begin);
        while (true)
            await talk.WriteAsync(more);
    }

    private static async Task HangAfterAsync(RawReceiver.Conversation talk, string reply)
    {
        await talk.ReadRequestAsync();
        await talk.WriteAsync(reply);
        await talk.HangAsync();
    }

    private static async Task ResetAfterAsync(RawReceiver.Conversation talk, string reply)
    {
        await talk.ReadRequestAsync();
        await talk.WriteAsync(reply);
        talk.Reset();
    }

    private static async Task DripAsync(RawReceiver.Conversation talk, string begin)
    {
        await talk.ReadRequestAsync();
        await talk.WriteAsync(begin);
        using var drop = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await drop.WaitForNextTickAsync(talk.Stop))
            await talk.WriteAsync("x");
    }

    private static async Task SecureAsync(RawReceiver.Conversation talk, X509Certificate2 certificate)
    {
        await using var secure = new SslStream(talk.Stream);
        await secure.AuthenticateAsServerAsync(certificate);
        await talk.HangAsync();
    }
}
