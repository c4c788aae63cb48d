using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace JobApi.Tests.Streams;

public sealed class A_stream_url(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task opens_the_events_of_its_job_without_a_key()
    {
        var id = await service.SubmitAsync();
        var made = await MakeAsync(id);
        Assert.Equal(service.Clock.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds(), Time(made.Text("expires_at")).ToUnixTimeMilliseconds());
        Assert.Equal("no-store", made.Header("Cache-Control"));

        using var stream = await Frames.OpenAsync(service, made.Text("url"), key: null);
        Assert.Equal(("1", "job.enqueued"), ((await stream.NextAsync())! is var first ? (first.Id, first.Event) : default));
        await service.DeleteAsync($"/jobs/{id}");
        Assert.Equal("2", Assert.Single(await stream.RestAsync()).Id);
        Assert.Equal(200, (await service.SendAsync(HttpMethod.Get, made.Text("url"), null, key: null)).Status); // polled too
    }

    [Fact]
    public async Task resumes_where_the_reader_was()
    {
        var id = await service.SubmitAsync();
        await service.DeleteAsync($"/jobs/{id}");
        var url = (await MakeAsync(id)).Text("url");

        using var stream = await Frames.OpenAsync(service, url, key: null, ("Last-Event-ID", "1"));
        using var over = await Frames.OpenAsync(service, url, key: null, ("Last-Event-ID", "2"));

        Assert.Equal("2", Assert.Single(await stream.RestAsync()).Id);
        Assert.Equal(HttpStatusCode.NoContent, over.Response.StatusCode);
    }

    [Fact]
    public async Task opens_nothing_after_it_has_expired_but_what_is_open_goes_on()
    {
        var id = await service.SubmitAsync();
        var url = (await MakeAsync(id)).Text("url");
        using var stream = await Frames.OpenAsync(service, url, key: null);
        await stream.NextAsync();

        service.Clock.Advance(TimeSpan.FromMinutes(5));

        (await service.SendAsync(HttpMethod.Get, url, null, key: null)).MustRefuse(401, "unauthorized", "token");
        await service.BeginAsync(id);
        Assert.Equal("2", (await stream.NextAsync())!.Id);
    }

    [Fact]
    public async Task opens_nothing_else()
    {
        var (id, other) = (await service.SubmitAsync(), await service.SubmitAsync());
        var url = (await MakeAsync(id)).Text("url");
        var token = url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..];

        foreach (var path in (string[])[$"/jobs/{other}/events?token={token}", $"/jobs/{id}?token={token}", $"/jobs/{id}/result?token={token}", $"/jobs?token={token}"])
            (await service.SendAsync(HttpMethod.Get, path, null, key: null)).MustRefuse(401, "unauthorized");
        (await service.SendAsync(HttpMethod.Delete, $"/jobs/{id}?token={token}", null, key: null)).MustRefuse(401, "unauthorized");
        (await service.SendAsync(HttpMethod.Post, $"/jobs/{id}/stream-url?token={token}", null, key: null)).MustRefuse(401, "unauthorized");
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("%20")]
    [InlineData("{token}A")]
    [InlineData("A{token}")]
    [InlineData("{token}&token={token}")]
    public async Task that_was_altered_opens_nothing(string token)
    {
        var id = await service.SubmitAsync();
        var url = (await MakeAsync(id)).Text("url");
        var good = url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..];

        var answer = await service.SendAsync(
            HttpMethod.Get, $"/jobs/{id}/events?token={token.Replace("{token}", good, StringComparison.Ordinal)}", null, key: null);

        answer.MustRefuse(401, "unauthorized");
    }

    [Fact]
    public async Task lives_no_longer_than_the_key_that_asked_for_it()
    {
        var key = await service.PostAsync("/keys", """{"name":"reader","role":"client"}""");
        var id = await service.SubmitAsync();
        var url = (await service.PostAsync($"/jobs/{id}/stream-url", null, key.Text("key"))).Text("url");
        using var stream = await Frames.OpenAsync(service, url, key: null);
        await stream.NextAsync();

        await service.DeleteAsync($"/keys/{key.Text("id")}");

        (await service.SendAsync(HttpMethod.Get, url, null, key: null)).MustRefuse(401, "unauthorized");
        await service.PassAsync(3);
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task may_be_read_by_pages_of_any_origin_unless_some_are_named()
    {
        var id = await service.SubmitAsync();
        Assert.Equal("*", await AllowedAsync(service, id, "https://any.example"));
        Assert.Equal("", (await service.GetAsync($"/jobs/{id}/events", Service.AdminKey, ("Origin", "https://any.example"))).Header("Access-Control-Allow-Origin"));

        await using var strict = await Service.StartAsync(_ => { }, ("Api:StreamOrigins:0", "https://app.example"));
        var theirs = await strict.SubmitAsync();
        Assert.Equal("https://app.example", await AllowedAsync(strict, theirs, "https://app.example"));
        Assert.Equal("", await AllowedAsync(strict, theirs, "https://other.example"));
    }

    [Fact]
    public async Task answers_what_a_page_asks_before_it_sends_headers_of_its_own()
    {
        var id = await service.SubmitAsync();
        var url = (await MakeAsync(id)).Text("url");

        var answer = await service.SendAsync(HttpMethod.Options, url, null, key: null, ("Origin", "https://any.example"), ("Access-Control-Request-Method", "GET"));

        Assert.Equal((204, "*", "GET"), (answer.Status, answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Allow-Methods")));
        Assert.Contains("Last-Event-ID", answer.Header("Access-Control-Allow-Headers"), StringComparison.Ordinal);
        (await service.SendAsync(HttpMethod.Options, $"/jobs/{id}/events", null, key: null, ("Access-Control-Request-Method", "GET")))
            .MustRefuse(405, "method_not_allowed");
    }

    [Fact]
    public async Task is_never_in_the_log()
    {
        var log = new Sink();
        await using var talkative = await Service.StartAsync(
            services => services.AddLogging(l => l.AddProvider(log)), ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"));
        var id = await talkative.SubmitAsync();
        await talkative.DeleteAsync($"/jobs/{id}");
        var url = (await talkative.PostAsync($"/jobs/{id}/stream-url", null)).Text("url");
        using (var stream = await Frames.OpenAsync(talkative, url, key: null))
            await stream.RestAsync();
        await talkative.SendAsync(HttpMethod.Get, url + "x", null, key: null);

        var token = url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..];
        Assert.Contains(log.Lines, line => line.Contains("/events", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(token[..40], StringComparison.Ordinal));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<string> AllowedAsync(Service service, string id, string origin)
    {
        var url = (await service.PostAsync($"/jobs/{id}/stream-url", null)).Text("url");
        return (await service.SendAsync(HttpMethod.Get, url, null, key: null, ("Origin", origin))).Header("Access-Control-Allow-Origin");
    }

    private async Task<Answer> MakeAsync(string id)
    {
        var answer = await service.PostAsync($"/jobs/{id}/stream-url", null);
        Assert.Equal(200, answer.Status);
        return answer;
    }

    private sealed class Sink : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = [];

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
