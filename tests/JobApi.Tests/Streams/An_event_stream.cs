using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fixtures;
using JobApi.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Storage;
using Storage.Jobs;
using Storage.Waking;

namespace JobApi.Tests.Streams;

public abstract class An_event_stream : IAsyncLifetime
{
    private Service? _service;

    private Service Service => _service!;

    public async ValueTask InitializeAsync() => _service = await Service.StartAsync(_ => { }, await DatabaseAsync());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Service.DisposeAsync();
    }

    [Fact]
    public async Task gives_history_first_and_then_each_event_as_it_is_committed_and_ends_with_the_last()
    {
        var id = await Service.SubmitAsync();
        await Service.BeginAsync(id);
        using var stream = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        List<Frame?> frames = [await stream.NextAsync(), await stream.NextAsync()];
        for (var number = 1; number <= 3; number++)
        {
            await Service.OutputAsync(id, number, """{"text":"a\nb ü"}""");
            frames.Add(await stream.NextAsync());
        }
        await Service.SucceedAsync(id);
        frames.AddRange(await stream.RestAsync());

        var polled = (await Service.GetAsync($"/jobs/{id}/events")).Json.GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(polled.Select(e => e.GetRawText()), frames.Select(f => f!.Data));
        Assert.Equal(polled.Select(e => e.GetProperty("type").GetString()), frames.Select(f => f!.Event));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], frames.Select(f => f!.Id));
        Assert.Equal(polled.Select(e => e.GetProperty("data").GetProperty("seq").GetRawText()), frames.Select(f => f!.Id));
    }

    [Fact]
    public async Task asks_the_database_for_nothing_that_was_committed_in_this_process()
    {
        var id = await Service.SubmitAsync();
        using var stream = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        await stream.NextAsync();

        // An event that the database does not have: who gets it has not asked there.
        Assert.True(Id<Job>.TryParse(id, out var job));
        Service.Get<JobWatches>().Publish(
            [new JobEvent { JobId = job, Seq = 2, Type = JobEventType.Output, Body = "{}"u8.ToArray(), CreatedAt = Service.Clock.GetUtcNow() }]);

        Assert.Equal(new Frame("2", "job.output", "{}"), await stream.NextAsync());
    }

    [Theory]
    [InlineData("", null, "1")]
    [InlineData("?after=1", null, "2")]
    [InlineData("", "2", "3")]
    [InlineData("?after=1", "2", "3")]
    [InlineData("?after=2", "", "3")]
    public async Task resumes_after_what_the_reader_has(string query, string? lastEventId, string first)
    {
        var id = await Service.SubmitAsync();
        await Service.BeginAsync(id);
        await Service.SucceedAsync(id);

        using var stream = await Frames.OpenAsync(
            Service, $"/jobs/{id}/events{query}", Service.AdminKey, lastEventId is null ? [] : [("Last-Event-ID", lastEventId)]);

        Assert.Equal(first, (await stream.RestAsync())[0].Id);
    }

    [Fact]
    public async Task gives_a_long_history_whole()
    {
        var id = await Service.SubmitAsync();
        await Service.BeginAsync(id);
        await Task.WhenAll(Enumerable.Range(1, 200).Select(n => Service.OutputAsync(id, n)));
        await Service.SucceedAsync(id);

        using var stream = await Frames.OpenAsync(Service, $"/jobs/{id}/events");

        Assert.Equal(Enumerable.Range(1, 203).Select(n => $"{n}"), (await stream.RestAsync()).Select(f => f.Id));
    }

    [Fact]
    public async Task says_204_to_a_reader_that_has_everything()
    {
        var id = await Service.SubmitAsync();
        await Service.DeleteAsync($"/jobs/{id}");

        foreach (var after in (int[])[2, 3, int.MaxValue])
        {
            using var stream = await Frames.OpenAsync(Service, $"/jobs/{id}/events", Service.AdminKey, ("Last-Event-ID", $"{after}"));
            Assert.Equal(HttpStatusCode.NoContent, stream.Response.StatusCode);
        }
        await Service.UntilWaitingAsync(0);
    }

    [Fact]
    public async Task tells_proxies_to_keep_their_hands_off()
    {
        var id = await Service.SubmitAsync();
        using var stream = await Frames.OpenAsync(Service, $"/jobs/{id}/events", Service.AdminKey, ("Accept-Encoding", "gzip, br"));

        var response = stream.Response;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store, no-transform", response.Headers.CacheControl!.ToString());
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal("Accept", response.Headers.Vary.Single());
        Assert.Empty(response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task is_pinged_after_15_seconds_of_silence_and_not_before()
    {
        var id = await Service.SubmitAsync();
        using var stream = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        await stream.NextAsync();
        await Service.UntilWaitingAsync(1);

        await Service.PassAsync(14.9);
        await Service.BeginAsync(id);
        Assert.Equal("2", (await stream.NextAsync())!.Id);
        await Service.PassAsync(15.1);
        Assert.Equal("ping", (await stream.NextAsync())!.Comment);
        await Service.SucceedAsync(id);
        Assert.Equal("3", (await stream.NextAsync())!.Id);
    }

    [Fact]
    public async Task ends_within_three_seconds_when_its_key_is_revoked()
    {
        var made = await Service.PostAsync("/keys", """{"name":"reader","role":"client"}""");
        var id = await Service.SubmitAsync();
        using var theirs = await Frames.OpenAsync(Service, $"/jobs/{id}/events", made.Text("key"));
        using var ours = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        await Task.WhenAll(theirs.NextAsync(), ours.NextAsync());

        await Service.DeleteAsync($"/keys/{made.Text("id")}");
        await Service.PassAsync(3);

        Assert.Null(await theirs.NextAsync());
        await Service.UntilWaitingAsync(1);
        await Service.BeginAsync(id);
        Assert.Equal("2", (await ours.NextAsync())!.Id);
    }

    [Fact]
    public async Task ends_in_order_when_the_process_stops()
    {
        var id = await Service.SubmitAsync();
        using var stream = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        await stream.NextAsync();

        Service.Get<IHostApplicationLifetime>().StopApplication();

        Assert.Null(await stream.NextAsync());
        await Service.UntilWaitingAsync(0);
    }

    [Fact]
    public async Task is_let_go_when_its_reader_goes()
    {
        var id = await Service.SubmitAsync();
        var stream = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        await stream.NextAsync();
        await Service.UntilWaitingAsync(1);

        stream.Dispose();

        await Service.UntilWaitingAsync(0);
        Assert.Equal(0, Service.Get<JobWatches>().Count);
    }

    [Fact]
    public async Task drops_a_reader_that_does_not_read()
    {
        var id = await Service.SubmitAsync();
        await Service.BeginAsync(id);
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await deaf.ConnectAsync(IPAddress.Loopback, Service.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await deaf.SendAsync(
            Encoding.ASCII.GetBytes($"GET /jobs/{id}/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer {Service.AdminKey}\r\n\r\n"),
            TestContext.Current.CancellationToken);
        await Service.UntilWaitingAsync(1);

        var large = JsonSerializer.Serialize(new string('x', 900_000));
        for (var number = 1; number <= 16; number++)
            await Service.OutputAsync(id, number, large);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Service.Get<Waiters>().Count > 0 && await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            await Service.PassAsync(1);
    }

    [Theory]
    [InlineData("Last-Event-ID", "x")]
    [InlineData("Last-Event-ID", "-1")]
    public async Task refuses_a_place_that_it_never_named(string header, string value)
    {
        var id = await Service.SubmitAsync();

        var answer = await Service.GetAsync($"/jobs/{id}/events", Service.AdminKey, ("Accept", "text/event-stream"), (header, value));

        answer.MustRefuse(400, "invalid_request", header);
    }

    [Fact]
    public async Task is_of_the_callers_own_jobs_only()
    {
        var stranger = await SecondTenant.MakeAsync(Service);
        var id = await Service.SubmitAsync();

        var answer = await Service.GetAsync($"/jobs/{id}/events", stranger.Key, ("Accept", "text/event-stream"));

        answer.MustRefuse(404, "not_found");
        await Service.UntilWaitingAsync(0);
    }

    protected abstract Task<(string Name, string Value)[]> DatabaseAsync();
}

public sealed class An_event_stream_on_SQLite : An_event_stream
{
    protected override Task<(string Name, string Value)[]> DatabaseAsync() => Task.FromResult<(string, string)[]>([]);
}

public sealed class An_event_stream_on_PostgreSQL : An_event_stream
{
    protected override async Task<(string Name, string Value)[]> DatabaseAsync() =>
    [
        ("Storage:Provider", "PostgreSql"), ("ConnectionStrings:Webhooks", await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("stream")),
    ];
}
