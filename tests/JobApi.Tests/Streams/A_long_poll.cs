using Fixtures;
using Microsoft.Extensions.Hosting;

namespace JobApi.Tests.Streams;

public abstract class A_long_poll : IAsyncLifetime
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
    public async Task of_events_answers_as_soon_as_there_is_one()
    {
        var id = await Service.SubmitAsync();
        var waiting = WaitAsync($"/jobs/{id}/events?after=1");
        await Service.UntilWaitingAsync(1);

        await Service.BeginAsync(id);

        var answer = await waiting;
        Assert.Equal((200, "wait=30", 2, false), (
            answer.Status, answer.Header("Preference-Applied"), answer.Json.GetProperty("next_after").GetInt32(), answer.Json.GetProperty("terminal").GetBoolean()));
        await Service.UntilWaitingAsync(0);
    }

    [Fact]
    public async Task of_events_that_ends_empty_answers_200_without_any()
    {
        var id = await Service.SubmitAsync();
        var waiting = WaitAsync($"/jobs/{id}/events?after=1");
        await Service.UntilWaitingAsync(1);

        Service.Clock.Advance(TimeSpan.FromSeconds(30));

        var answer = await waiting;
        Assert.Equal((200, """{"events":[],"next_after":1,"terminal":false}"""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("events?after=0")]
    [InlineData("events?after=2")]
    [InlineData("?after=0")]
    [InlineData("?after=9")]
    public async Task does_not_wait_for_what_is_there_or_will_never_come(string path)
    {
        var id = await Service.SubmitAsync();
        await Service.DeleteAsync($"/jobs/{id}");

        var answer = await WaitAsync($"/jobs/{id}" + (path[0] == '?' ? path : "/" + path));

        Assert.Equal((200, "wait=30"), (answer.Status, answer.Header("Preference-Applied")));
    }

    [Fact]
    public async Task of_a_job_answers_as_soon_as_its_tag_differs_and_304_at_the_end()
    {
        var id = await Service.SubmitAsync();
        var changed = WaitAsync($"/jobs/{id}", ("If-None-Match", "\"v1\""));
        await Service.UntilWaitingAsync(1);
        await Service.BeginAsync(id);
        Assert.Equal((200, "\"v2\"", "running"), ((await changed).Status, (await changed).Header("ETag"), (await changed).Text("status")));

        var unchanged = WaitAsync($"/jobs/{id}", ("If-None-Match", "\"v2\""));
        await Service.UntilWaitingAsync(1);
        Service.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((304, "\"v2\"", ""), ((await unchanged).Status, (await unchanged).Header("ETag"), (await unchanged).Body));
    }

    [Fact]
    public async Task of_a_job_waits_for_the_number_that_was_asked_for()
    {
        var id = await Service.SubmitAsync();
        var waiting = WaitAsync($"/jobs/{id}?after=3");
        await Service.UntilWaitingAsync(1);

        await Service.BeginAsync(id);
        await Service.OutputAsync(id, 1);
        Assert.False(waiting.IsCompleted);
        await Service.OutputAsync(id, 2);

        Assert.Equal(4, (await waiting).Json.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task of_a_job_needs_to_know_what_the_caller_has()
    {
        var id = await Service.SubmitAsync();

        var answer = await WaitAsync($"/jobs/{id}");

        Assert.Equal((200, ""), (answer.Status, answer.Header("Preference-Applied")));
    }

    [Fact]
    public async Task of_a_submit_answers_200_with_the_result_when_it_ends_in_time()
    {
        var waiting = SubmitAsync();
        await Service.UntilWaitingAsync(1);
        var id = (await Service.GetAsync("/jobs")).Json.GetProperty("items")[0].GetProperty("id").GetString()!;

        await Service.BeginAsync(id);
        Assert.False(waiting.IsCompleted);
        await Service.SucceedAsync(id);

        var answer = await waiting;
        Assert.Equal((200, "wait=30", "succeeded", 42), (
            answer.Status, answer.Header("Preference-Applied"), answer.Text("status"), answer.Json.GetProperty("result").GetInt32()));
        Assert.Equal(($"/jobs/{id}", "\"v3\""), (answer.Header("Location"), answer.Header("ETag")));
    }

    [Fact]
    public async Task of_a_submit_answers_202_with_the_job_as_it_is_when_it_does_not()
    {
        var waiting = SubmitAsync();
        await Service.UntilWaitingAsync(1);
        var id = (await Service.GetAsync("/jobs")).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        await Service.BeginAsync(id);

        Service.Clock.Advance(TimeSpan.FromSeconds(30));

        var answer = await waiting;
        Assert.Equal((202, "running", id), (answer.Status, answer.Text("status"), answer.Text("id")));
    }

    [Fact]
    public async Task ends_with_what_there_is_when_the_process_stops()
    {
        var id = await Service.SubmitAsync();
        Task<Answer>[] waiting =
        [
            WaitAsync($"/jobs/{id}/events?after=1"), WaitAsync($"/jobs/{id}", ("If-None-Match", "\"v1\"")), SubmitAsync(),
        ];
        await Service.UntilWaitingAsync(3);

        Service.Get<IHostApplicationLifetime>().StopApplication();

        Assert.Equal([200, 304, 202], (await Task.WhenAll(waiting)).Select(a => a.Status));
    }

    [Fact]
    public async Task is_let_go_when_its_caller_goes()
    {
        var id = await Service.SubmitAsync();
        using var gone = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{id}/events?after=1");
        request.Headers.Add("Authorization", $"Bearer {Service.AdminKey}");
        request.Headers.Add("Prefer", "wait=60");
        var waiting = Service.Client.SendAsync(request, gone.Token);
        await Service.UntilWaitingAsync(1);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Service.UntilWaitingAsync(0);
    }

    protected abstract Task<(string Name, string Value)[]> DatabaseAsync();

    private Task<Answer> SubmitAsync() => Service.PostAsync("/jobs", """{"type":"idle"}""", Service.AdminKey, ("Prefer", "wait=30"));

    private Task<Answer> WaitAsync(string path, params (string Name, string Value)[] headers) =>
        Service.GetAsync(path, Service.AdminKey, [("Prefer", "wait=30"), .. headers]);
}

public sealed class A_long_poll_on_SQLite : A_long_poll
{
    protected override Task<(string Name, string Value)[]> DatabaseAsync() => Task.FromResult<(string, string)[]>([]);
}

public sealed class A_long_poll_on_PostgreSQL : A_long_poll
{
    protected override async Task<(string Name, string Value)[]> DatabaseAsync() =>
    [
        ("Storage:Provider", "PostgreSql"), ("ConnectionStrings:Webhooks", await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync("poll")),
    ];
}
