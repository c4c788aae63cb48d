using System.Diagnostics;
using System.Text;

namespace Egress.Tests;

public class A_request
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_written_as_given_and_nothing_is_added()
    {
        await using var receiver = RawReceiver.Replying(Ok);
        using var client = WayOut.Client();
        using var activity = new Activity("ours").SetIdFormat(ActivityIdFormat.W3C).AddBaggage("secret", "ours").Start();

        await client.SendAsync(WayOut.Post(receiver.Url, "{\"a\":1}") with
        {
            Headers = [new("user-agent", "Test/1"), new("webhook-id", "evt_1"), new("webhook-signature", "v1,a v1,b")],
        }, WayOut.Ample, Stop).Answered();

        var request = Assert.Single(receiver.Requests);
        Assert.Equal(
            [
                "POST /hook HTTP/1.1", $"Host: 127.0.0.1:{receiver.Port}",
                "User-Agent: Test/1", "webhook-id: evt_1", "webhook-signature: v1,a v1,b",
                "Content-Type: application/json", "Content-Length: 7", "", "{\"a\":1}",
            ],
            request.Split("\r\n"), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("PATCH", "x")]
    [InlineData("PROPFIND", "<x/>")]
    public async Task May_have_any_method(string method, string body)
    {
        await using var receiver = RawReceiver.Replying(Ok);
        using var client = WayOut.Client();
        var request = WayOut.Post(receiver.Url, body) with { Method = new HttpMethod(method) };
        await client.SendAsync(request, WayOut.Ample, Stop).Answered();
        var sent = Assert.Single(receiver.Requests);
        Assert.StartsWith($"{method} /hook HTTP/1.1\r\n", sent);
        Assert.EndsWith("\r\n\r\n" + body, sent);
    }

    [Fact]
    public async Task With_HEAD_gets_no_body()
    {
        await using var receiver = RawReceiver.Replying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        using var client = WayOut.Client();
        var answered = await client.SendAsync(WayOut.Get(receiver.Url) with { Method = HttpMethod.Head }, WayOut.Ample, Stop).Answered();
        Assert.True(answered.Body.IsEmpty);
    }

    [Theory]
    [InlineData("x-a", "b\r\nEvil: 1")]
    [InlineData("x-a\r\nEvil", "1")]
    [InlineData("x-a", "\u00e9")]
    public async Task That_would_break_apart_is_not_sent(string name, string value)
    {
        await using var receiver = RawReceiver.Untouched();
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Post(receiver.Url) with { Headers = [new(name, value)] }, WayOut.Ample, Stop).Failed();
        Assert.Equal(EgressError.InvalidRequest, failed.Error);
        failed = await client.SendAsync(WayOut.Post(receiver.Url) with { ContentType = $"a/b{value}\r\n" }, WayOut.Ample, Stop).Failed();
        Assert.Equal(EgressError.InvalidRequest, failed.Error);
        Assert.False(receiver.WasReached);
    }

    [Fact]
    public async Task To_a_file_is_not_sent()
    {
        using var client = WayOut.Client();
        var failed = await client.SendAsync(WayOut.Get("file:///etc/passwd"), WayOut.Ample, Stop).Failed();
        Assert.Equal(EgressError.InvalidRequest, failed.Error);
    }

    [Fact]
    public async Task Is_not_redirected()
    {
        await using var target = RawReceiver.Untouched();
        await using var receiver = RawReceiver.Replying($"HTTP/1.1 307 Go\r\nLocation: {target.Url}\r\nContent-Length: 0\r\n\r\n");
        using var client = WayOut.Client();
        var answered = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();
        Assert.Equal(307, answered.Status);
        Assert.Equal(target.Url, answered.Headers.First("location"));
        Assert.Single(receiver.Requests);
        Assert.False(target.WasReached);
    }

    [Fact]
    public async Task Brings_no_cookie_of_an_earlier_one()
    {
        await using var receiver = RawReceiver.Replying("HTTP/1.1 200 OK\r\nSet-Cookie: tenant=a; Path=/\r\nContent-Length: 0\r\n\r\n");
        using var client = WayOut.Client();
        await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();
        await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();
        Assert.Equal(2, receiver.Requests.Count);
        Assert.All(receiver.Requests, request => Assert.DoesNotContain("cookie", request, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Goes_past_the_proxy_of_the_environment()
    {
        await using var receiver = RawReceiver.Replying(Ok);
        Assert.Equal(EnvironmentWithAProxy.Proxy, HttpClient.DefaultProxy.GetProxy(new Uri(receiver.Url)));
        using var client = WayOut.Client();
        await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();
    }

    [Fact]
    public async Task Gets_a_compressed_body_as_it_came()
    {
        using var bomb = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(bomb, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            await gzip.WriteAsync(new byte[1024 * 1024], Stop);
        var bytes = Encoding.Latin1.GetString(bomb.ToArray());
        await using var receiver = RawReceiver.Replying(
            $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bytes.Length}\r\n\r\n{bytes}");
        using var client = WayOut.Client();
        var answered = await client.SendAsync(WayOut.Post(receiver.Url), WayOut.Ample, Stop).Answered();
        Assert.Equal(bytes, Encoding.Latin1.GetString(answered.Body.Span));
        Assert.DoesNotContain("accept-encoding", Assert.Single(receiver.Requests), StringComparison.OrdinalIgnoreCase);
    }
}
