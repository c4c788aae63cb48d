using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace WebhookVerifier.AspNetCore.Tests.Receiving;

public sealed class A_request_it_refuses : IAsyncLifetime
{
    private const int Limit = 5000;

    private ReceivingApp app = null!;
    private int handled;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app = await ReceivingApp.StartAsync(
        (webhook, _) =>
        {
            handled++;
            return webhook.Type == "job.broken" ? throw new InvalidOperationException("broken") : Task.CompletedTask;
        },
        options => options.BodyLimit = Limit);

    [Theory]
    [InlineData(WebhookHeaders.Id)]
    [InlineData(WebhookHeaders.Timestamp)]
    [InlineData(WebhookHeaders.Signature)]
    public async Task for_a_missing_header_gets_400(string name)
    {
        using var request = Signed();
        request.Headers.Remove(name);

        await Refused(request, HttpStatusCode.BadRequest, "missing_header");
    }

    [Theory]
    [InlineData(WebhookHeaders.Id)]
    [InlineData(WebhookHeaders.Timestamp)]
    [InlineData(WebhookHeaders.Signature)]
    public async Task for_a_repeated_header_gets_400(string name)
    {
        var time = app.Clock.GetUtcNow().ToUnixTimeSeconds();
        var signature = WebhookSigner.Sign(app.Secret, "evt_1", time, "{}"u8);
        var headers = $"webhook-id: evt_1\r\nwebhook-timestamp: {time}\r\nwebhook-signature: {signature}\r\n";
        var again = headers.Split("\r\n").Single(line => line.StartsWith(name, StringComparison.Ordinal)).ToUpperInvariant();

        var answer = await RawHttp.SendAsync(
            app.Url, $"POST /hooks HTTP/1.1\r\nHost: x\r\n{headers}{again}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}", Stop);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"duplicate_header\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WebhookHeaders.Id, "a.1", "malformed_id")]
    [InlineData(WebhookHeaders.Timestamp, "+1", "malformed_timestamp")]
    [InlineData(WebhookHeaders.Signature, "a b c d e f g h i j k l m n o p q", "too_many_signatures")]
    public async Task for_a_malformed_header_gets_400(string name, string value, string code)
    {
        using var request = Signed();
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);

        await Refused(request, HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task for_a_wrong_signature_gets_401()
    {
        using var request = Signed();
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(ReceivingApp.Event + " "));

        await Refused(request, HttpStatusCode.Unauthorized, "no_match");
    }

    [Theory]
    [InlineData(301, "timestamp_too_old")]
    [InlineData(-301, "timestamp_too_new")]
    public async Task for_a_time_beyond_the_tolerance_gets_401(int secondsAgo, string code)
    {
        using var request = app.Signed("evt_1", Encoding.UTF8.GetBytes(ReceivingApp.Event), TimeSpan.FromSeconds(secondsAgo));

        await Refused(request, HttpStatusCode.Unauthorized, code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task for_a_body_over_the_limit_gets_413_with_or_without_a_length(bool chunked)
    {
        using var within = Padded(Limit, chunked);
        using var beyond = Padded(Limit + 1, chunked);

        await Refused(beyond, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        using var answer = await app.PostAsync(within);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task for_a_body_over_the_limit_gets_413_however_small_its_chunks()
    {
        var chunks = string.Concat(Enumerable.Repeat("1\r\nx\r\n", Limit + 1));

        var answer = await RawHttp.SendAsync(
            app.Url, $"POST /hooks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}0\r\n\r\n", Stop);

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"body_too_large\"", answer, StringComparison.Ordinal);
        Assert.Equal(0, handled);
    }

    [Fact]
    public async Task for_a_length_over_the_limit_gets_413_before_a_byte_of_it_is_sent()
    {
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });
        using var body = new AnnouncedBody(Limit + 1);
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Url) { Content = body };
        request.Headers.ExpectContinue = true;

        using var answer = await patient.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.False(body.WasSent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("job done")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"type\":1,\"timestamp\":\"2026-03-01T12:00:00Z\",\"data\":{}}")]
    [InlineData("{\"type\":\"\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"data\":{}}")]
    [InlineData("{\"type\":\"job\\nfake log line\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"data\":{}}")]
    [InlineData("{\"type\":\"job.done\",\"data\":{}}")]
    [InlineData("{\"type\":\"job.done\",\"timestamp\":1772366400,\"data\":{}}")]
    [InlineData("{\"type\":\"job.done\",\"timestamp\":\"2026-03-01\",\"data\":{}}")]
    [InlineData("{\"type\":\"job.done\",\"timestamp\":\"2026-03-01T12:00:00\",\"data\":{}}")]
    [InlineData("{\"type\":\"job.done\",\"timestamp\":\"2026-03-01T12:00:00Z\"}")]
    [InlineData("{\"type\":\"job.done\",\"type\":\"job.done\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"data\":{}}")]
    [InlineData("{\"type\":\"job.done\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"data\":{\"a\":1,\"a\":2}}")]
    [InlineData("{\"type\":\"job.done\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"data\":{}} {}")]
    public async Task for_a_signed_body_that_is_no_event_gets_400(string body)
    {
        using var request = app.Signed("evt_1", Encoding.UTF8.GetBytes(body));

        await Refused(request, HttpStatusCode.BadRequest, "unexpected_body");
    }

    [Theory]
    [InlineData("2026-03-01T12:00:00.1234567+02:00")]
    [InlineData("2026-03-01T12:00:00-00:30")]
    public async Task is_not_one_with_another_RFC_3339_time(string timestamp)
    {
        using var answer = await app.DeliverAsync(
            body: ReceivingApp.Event.Replace("2026-03-01T12:00:00Z", timestamp, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task leaves_no_claim_behind()
    {
        using var refused = Signed();
        refused.Headers.Remove(WebhookHeaders.Signature);
        await Refused(refused, HttpStatusCode.BadRequest, "missing_header");
        await Refused(app.Signed("evt_1", "{}"u8.ToArray()), HttpStatusCode.BadRequest, "unexpected_body");

        using var answer = await app.DeliverAsync("evt_1");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(1, handled);
    }

    [Fact]
    public async Task shows_no_body_and_no_secret_in_any_log()
    {
        const string canary = "canary-7f3a";
        var handledBody = ReceivingApp.Event.Replace("job_1", canary, StringComparison.Ordinal);
        using var done = await app.DeliverAsync("evt_1", handledBody);
        using var repeat = await app.DeliverAsync("evt_1", handledBody);
        using var broken = await app.DeliverAsync("evt_2", handledBody.Replace("job.succeeded", "job.broken", StringComparison.Ordinal));
        using var malformed = await app.DeliverAsync("evt_3", canary);
        using var large = await app.DeliverAsync("evt_4", canary + new string('x', Limit));
        using var forged = app.Signed("evt_5", Encoding.UTF8.GetBytes(canary));
        forged.Content = new StringContent(canary + "!");
        using var refused = await app.PostAsync(forged);

        Assert.Equal(
            [204, 204, 500, 400, 413, 401],
            new[] { done, repeat, broken, malformed, large, refused }.Select(answer => (int)answer.StatusCode));
        Assert.Contains(app.Log.Lines, line => line.Contains("Handled webhook evt_1", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(canary, StringComparison.Ordinal));
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(app.Secret.Reveal()["whsec_".Length..], StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private HttpRequestMessage Signed() => app.Signed("evt_1", Encoding.UTF8.GetBytes(ReceivingApp.Event));

    private HttpRequestMessage Padded(int length, bool chunked)
    {
        var request = app.Signed("evt_1", Encoding.UTF8.GetBytes(ReceivingApp.Event.PadRight(length)));
        request.Headers.TransferEncodingChunked = chunked;
        return request;
    }

    private async Task Refused(HttpRequestMessage request, HttpStatusCode status, string code)
    {
        using var answer = await app.PostAsync(request);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(0, handled);
    }
}
