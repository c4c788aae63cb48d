using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Egress.Tests;

public sealed class A_server : IDisposable
{
    private readonly Certificates certificates = new();
    private int bytesOfRequests;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_a_good_certificate_is_trusted()
    {
        using var certificate = certificates.Good();
        await using var receiver = Secure(certificate);
        Assert.Equal(200, (await Send(receiver).Answered()).Status);
        Assert.NotEqual(0, bytesOfRequests);
    }

    [Fact]
    public async Task With_another_name_is_not_trusted()
    {
        using var certificate = certificates.Good("other.example.com");
        await Refuses(certificate, "certificate_name");
    }

    [Fact]
    public async Task With_an_expired_certificate_is_not_trusted()
    {
        using var certificate = certificates.Expired();
        await Refuses(certificate, "certificate_expired");
    }

    [Fact]
    public async Task With_a_certificate_of_its_own_is_not_trusted()
    {
        using var certificate = Certificates.SelfSigned();
        await Refuses(certificate, "certificate_untrusted");
    }

    [Fact]
    public async Task Whose_certificate_says_where_its_issuer_can_be_fetched_makes_us_fetch_nothing()
    {
        await using var trap = RawReceiver.Untouched();
        using var certificate = Certificates.Fetching(trap.Url);
        await Refuses(certificate, "certificate_untrusted");
        await using var receiver = Secure(certificate);
        using var client = WayOut.Client(resolver: ScriptedResolver.To("127.0.0.1"));
        var failed = await client.SendAsync(WayOut.Post(Url(receiver)), WayOut.Ample, Stop).Failed();
        Assert.Equal(EgressError.TlsFailed, failed.Error);
        Assert.False(trap.WasReached);
    }

    [Fact]
    public async Task That_speaks_no_TLS_gets_no_request()
    {
        await using var receiver = new RawReceiver(async talk =>
        {
            var hello = new byte[16];
            await talk.Stream.ReadAtLeastAsync(hello, 1, cancellationToken: talk.Stop);
            await talk.WriteAsync("HTTP/1.1 400 Speak plainly\r\n\r\n");
        });
        Assert.Equal((EgressError.TlsFailed, "handshake_failed"), Read(await Send(receiver).Failed()));
    }

    [Fact]
    public async Task That_stalls_the_handshake_is_left_at_the_deadline()
    {
        await using var receiver = new RawReceiver(talk => talk.HangAsync());
        Assert.Equal((EgressError.Timeout, "while_securing"), Read(await Send(receiver, WayOut.Short).Failed()));
    }

    public void Dispose() => certificates.Dispose();

    private async Task Refuses(X509Certificate2 certificate, string detail)
    {
        await using (var receiver = Secure(certificate)) Assert.Equal((EgressError.TlsFailed, detail), Read(await Send(receiver).Failed()));
        Assert.Equal(0, bytesOfRequests);
    }

    private async Task<EgressAnswer> Send(RawReceiver receiver, TimeSpan? deadline = null)
    {
        using var client = WayOut.Client(resolver: ScriptedResolver.To("127.0.0.1"), roots: certificates.Roots);
        return await client.SendAsync(WayOut.Post(Url(receiver)), deadline ?? WayOut.Ample, Stop);
    }

    private RawReceiver Secure(X509Certificate2 certificate) => new(async talk =>
    {
        await using var tls = new SslStream(talk.Stream);
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            var request = new byte[4096];
            bytesOfRequests += await tls.ReadAsync(request, talk.Stop);
            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), talk.Stop);
        }
        catch (AuthenticationException)
        {
            // The client did not like the certificate.
        }
    });

    private static string Url(RawReceiver receiver) =>
        string.Create(CultureInfo.InvariantCulture, $"https://{Certificates.Host}:{receiver.Port}/");

    private static (EgressError, string) Read(EgressAnswer.Failed failed) => (failed.Error, failed.Detail);
}
