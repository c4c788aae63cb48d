using System.Text.Json;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace JobApi.Tests.HttpCalls;

public sealed class An_http_request_job : IAsyncLifetime
{
    private readonly WireMockServer _target = WireMockServer.Start();
    private Service? _service;

    private Service Service => _service!;

    private string Target => $"http://127.0.0.1:{_target.Port}";

    public async ValueTask InitializeAsync() =>
        _service = await Service.StartAsync(_ => { }, ("Egress:Allow:0", $"127.0.0.1/32:{_target.Port}"), ("Jobs:RetryFirst", "00:00:05"));

    public async ValueTask DisposeAsync()
    {
        _target.Dispose();
        await Service.DisposeAsync();
    }

    [Fact]
    public async Task makes_the_call_and_keeps_whatever_is_answered()
    {
        _target.Given(Request.Create().WithPath("/slow").UsingPost())
            .RespondWith(Response.Create().WithStatusCode(418).WithHeader("X-Answer", "yes").WithBody("I'm a teapot"));

        var (id, job) = await RunAsync(
            $$"""{"method":"post","url":"{{Target}}/slow?q=1","headers":{"Authorization":"Bearer x","content-type":"application/cbor"},"body":"hello"}""");

        var result = job.GetProperty("result");
        Assert.Equal((418, "I'm a teapot", "yes"), (
            result.GetProperty("status").GetInt32(), result.GetProperty("body").GetString(), result.GetProperty("headers").GetProperty("x-answer").GetString()));
        var sent = Assert.Single(_target.LogEntries).RequestMessage!;
        Assert.Equal(("POST", "hello", "application/cbor", "Bearer x", id), (
            sent.Method, sent.Body, sent.Headers!["Content-Type"][0], sent.Headers["Authorization"][0], sent.Headers["Idempotency-Key"][0]));
        Assert.StartsWith("Webhooks/", sent.Headers["User-Agent"][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task sends_json_as_json()
    {
        _target.Given(Request.Create().WithPath("/json")).RespondWith(Response.Create().WithStatusCode(200));

        await RunAsync($$"""{"method":"PUT","url":"{{Target}}/json","body":{ "a" : [1.0] } }""");

        var sent = Assert.Single(_target.LogEntries).RequestMessage!;
        Assert.Equal(("""{"a":[1.0]}""", "application/json"), (sent.Body, sent.Headers!["Content-Type"][0]));
    }

    [Fact]
    public async Task keeps_bytes_that_are_no_text_as_base64()
    {
        byte[] bytes = [0xff, 0x00, 0xfe];
        _target.Given(Request.Create().WithPath("/bytes")).RespondWith(Response.Create().WithStatusCode(200).WithBody(bytes));

        var (_, job) = await RunAsync($$"""{"url":"{{Target}}/bytes"}""");

        Assert.Equal(bytes, job.GetProperty("result").GetProperty("body_base64").GetBytesFromBase64());
        Assert.False(job.GetProperty("result").TryGetProperty("body", out _));
    }

    [Fact]
    public async Task does_not_follow_redirects()
    {
        _target.Given(Request.Create().WithPath("/go")).RespondWith(Response.Create().WithStatusCode(302).WithHeader("Location", $"{Target}/there"));

        var (_, job) = await RunAsync($$"""{"url":"{{Target}}/go"}""");

        Assert.Equal(302, job.GetProperty("result").GetProperty("status").GetInt32());
        Assert.Single(_target.LogEntries);
    }

    [Theory]
    [InlineData("{\"url\":\"http://10.0.0.1/\"}", "blocked_address")]
    [InlineData("{\"url\":\"http://169.254.169.254/latest\"}", "blocked_address")]
    [InlineData("{\"url\":\"https://[::1]/\"}", "blocked_address")]
    [InlineData("{\"url\":\"http://receiver.example/\"}", "scheme_not_allowed")]
    [InlineData("{\"url\":\"https://receiver.example/\",\"method\":\"CONNECT\"}", "method_not_allowed")]
    [InlineData("{\"url\":\"https://receiver.example/\",\"headers\":{\"host\":\"x\"}}", "header_not_allowed")]
    [InlineData("{\"url\":\"https://receiver.example/\",\"headers\":{\"a\":\"1\",\"A\":\"2\"}}", "header_not_allowed")]
    [InlineData("{\"url\":\"https://receiver.example/\",\"extra\":1}", "invalid_input")]
    [InlineData("{}", "invalid_input")]
    public async Task fails_at_once_where_a_rule_forbids_the_call(string input, string code)
    {
        var (_, job) = await RunAsync(input);

        Assert.Equal(("failed", code, 1), (
            job.GetProperty("status").GetString(), job.GetProperty("error").GetProperty("code").GetString(), job.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task fails_where_the_answer_is_larger_than_1_mib()
    {
        _target.Given(Request.Create().WithPath("/large")).RespondWith(Response.Create().WithStatusCode(200).WithBody(new string('x', 1024 * 1024 + 1)));

        var (_, job) = await RunAsync($$"""{"url":"{{Target}}/large"}""");

        Assert.Equal("response_too_large", job.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task is_tried_again_where_nobody_answers()
    {
        _target.Stop();

        var (_, job) = await RunAsync($$"""{"url":"{{Target}}/gone"}""");

        Assert.Equal(("pending", "connect_failed"), (job.GetProperty("status").GetString(), job.GetProperty("error").GetProperty("code").GetString()));
    }

    private async Task<(string Id, JsonElement Job)> RunAsync(string input)
    {
        var id = await Service.SubmitAsync($$"""{"type":"http.request","input":{{input}}}""");
        await Service.WorkAsync();
        return (id, (await Service.GetAsync($"/jobs/{id}")).Json);
    }
}
