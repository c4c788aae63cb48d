using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using JobApi.Callbacks;
using WebhookVerifier;

namespace JobApi.Tests.Callbacks;

public sealed class A_test_event
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task is_signed_and_sent_as_deliveries_are_and_answers_what_came_of_it()
    {
        await using var service = await StartAsync();
        using var receiver = new OneAnswer("HTTP/1.1 201 Made\r\nContent-Length: 5\r\n\r\nhello");

        var tested = await service.PostAsync("/callbacks/test", $$"""{"url":"{{receiver.Url}}","secret":"{{Secret}}","headers":{"x-shop":"7"} }""");

        Assert.Equal((200, "no-store"), (tested.Status, tested.Header("Cache-Control")));
        Assert.Equal((201, "hello"), (tested.Json.GetProperty("status_code").GetInt32(), tested.Text("response_excerpt")));
        Assert.True(tested.Json.GetProperty("durations").TryGetProperty("connect_ms", out _));
        Assert.False(tested.Has("error"));
        var (headers, body) = await receiver.RequestAsync();
        Assert.Equal("7", headers["x-shop"]);
        Assert.StartsWith("Webhooks/", headers["user-agent"], StringComparison.Ordinal);
        Assert.StartsWith("""{"type":"webhook.test","timestamp":"2030-01-02T03:04:05.000Z","data":{""", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        Assert.Equal(Verdict.Ok, new Verifier([Secret]).Verify(headers, body, service.Clock));
        Assert.Empty((await service.GetAsync("/deliveries")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task is_signed_with_all_of_the_tenants_secrets_where_it_brings_none()
    {
        await using var service = await StartAsync();
        var rotated = (await service.PostAsync("/signing-secret/rotate", "{}")).Text("secret");
        await service.PostAsync("/signing-secret/rotate", """{"scheme":"v1a"}""");
        using var receiver = new OneAnswer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");

        var tested = await service.PostAsync("/callbacks/test", $$"""{"url":"{{receiver.Url}}"}""");

        Assert.Equal((500, "http_status"), (tested.Json.GetProperty("status_code").GetInt32(), tested.Text("error")));
        var (headers, body) = await receiver.RequestAsync();
        Assert.Equal(["v1", "v1", "v1a"], headers["webhook-signature"].Split(' ').Select(token => token.Split(',')[0]));
        Assert.Equal(Verdict.Ok, new Verifier([rotated]).Verify(headers, body, service.Clock));
    }

    [Fact]
    public async Task tells_how_far_it_came_when_there_is_no_answer()
    {
        await using var service = await StartAsync();
        string url;
        using (var gone = new OneAnswer(""))
            url = gone.Url;

        var refused = await service.PostAsync("/callbacks/test", $$"""{"url":"{{url}}"}""");
        var blocked = await service.PostAsync("/callbacks/test", """{"url":"https://private.example/"}""");

        Assert.Equal(("connect_failed", "refused"), (refused.Text("error"), refused.Text("error_detail")));
        Assert.Equal(("blocked_address", "address_not_allowed"), (blocked.Text("error"), blocked.Text("error_detail")));
    }

    [Theory]
    [InlineData("""{"url":"http://10.0.0.1/"}""", 422, "address_not_allowed")]
    [InlineData("""{"url":"http://2130706433/"}""", 422, "host_not_canonical")]
    [InlineData("""{"url":"https://user@receiver.example/"}""", 422, "userinfo_not_allowed")]
    [InlineData("""{"url":"https://receiver.example/","secret":"whsec_short"}""", 422, "secret_rejected")]
    [InlineData("""{"url":"https://receiver.example/","secret":"whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="}""", 422, "secret_rejected")]
    [InlineData("""{"url":"https://receiver.example/","headers":{"host":"x"}}""", 422, "header_not_allowed")]
    [InlineData("""{"url":"https://receiver.example/","headers":{"webhook-id":"x"}}""", 422, "header_not_allowed")]
    [InlineData("""{"secret":"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"}""", 400, "invalid_request")]
    [InlineData("""{"url":"https://receiver.example/","events":["job.failed"]}""", 400, "invalid_request")]
    public async Task is_held_to_the_rules_of_registration_first(string body, int status, string code)
    {
        await using var service = await StartAsync();
        (await service.PostAsync("/callbacks/test", body)).MustRefuse(status, code);
    }

    [Fact]
    public async Task may_be_sent_by_clients_but_not_by_workers()
    {
        await using var service = await StartAsync();
        using var receiver = new OneAnswer("HTTP/1.1 204 None\r\n\r\n");
        var client = (await service.PostAsync("/keys", """{"name":"c","role":"client"}""")).Text("key");
        var worker = (await service.PostAsync("/keys", """{"name":"w","role":"worker"}""")).Text("key");

        Assert.Equal(200, (await service.PostAsync("/callbacks/test", $$"""{"url":"{{receiver.Url}}"}""", client)).Status);
        (await service.PostAsync("/callbacks/test", $$"""{"url":"{{receiver.Url}}"}""", worker)).MustRefuse(403, "forbidden");
    }

    [Fact]
    public async Task is_one_of_so_many_a_minute_and_other_tenants_have_their_own()
    {
        await using var service = await StartAsync();
        var other = await SecondTenant.MakeAsync(service);
        const string body = """{"url":"https://private.example/"}""";
        for (var i = 0; i < TestLimit.MostPerMinute; i++)
            Assert.Equal(200, (await service.PostAsync("/callbacks/test", body)).Status);

        var refused = await service.PostAsync("/callbacks/test", body);

        refused.MustRefuse(429, "too_many_tests");
        Assert.Equal("60", refused.Header("Retry-After"));
        Assert.Equal(200, (await service.PostAsync("/callbacks/test", body, other.Key)).Status);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await service.PostAsync("/callbacks/test", body)).Status);
    }

    private static Task<Service> StartAsync() => Service.StartAsync(
        services => services.Insert(0, new(typeof(Egress.IResolver), new PrivateNames())), ("Egress:Allow:0", "127.0.0.0/8"));

    private sealed class PrivateNames : Egress.IResolver
    {
        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel) => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.168.1.1")]);
    }

    /// <summary>Answers each connection's first request with the same bytes, and keeps the first request.</summary>
    private sealed class OneAnswer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource<(Dictionary<string, string>, byte[])> _request = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OneAnswer(string answer)
        {
            _listener.Start();
            _ = AcceptAsync(answer);
        }

        public string Url => $"http://{_listener.LocalEndpoint}/hook";

        public Task<(Dictionary<string, string> Headers, byte[] Body)> RequestAsync() => _request.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync(string answer)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync(Stop);
                    var stream = client.GetStream();
                    var text = "";
                    var buffer = new byte[16 * 1024];
                    while (!IsWhole(text) && await stream.ReadAsync(buffer, Stop) is > 0 and var read)
                        text += Encoding.Latin1.GetString(buffer, 0, read);
                    _request.TrySetResult(Parse(text));
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), Stop);
                }
            }
            catch (Exception end) when (end is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private static bool IsWhole(string text)
        {
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is not (> 0 and var head))
                return false;
            var (headers, body) = Parse(text);
            return body.Length >= int.Parse(headers["content-length"], CultureInfo.InvariantCulture) && head > 0;
        }

        private static (Dictionary<string, string>, byte[]) Parse(string text)
        {
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var headers = text[..head].Split("\r\n").Skip(1).Select(line => line.Split(": ", 2))
                .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
            return (headers, Encoding.Latin1.GetBytes(text[(head + 4)..]));
        }
    }
}
