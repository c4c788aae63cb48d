namespace JobApi.Tests.Streams;

public sealed class The_caps : IAsyncLifetime
{
    private Service? _service;

    private Service Service => _service!;

    public async ValueTask InitializeAsync() => _service = await Service.StartAsync(_ => { }, ("Api:StreamsPerKey", "2"), ("Api:Streams", "3"));

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    [Fact]
    public async Task count_streams_and_waiting_requests_of_a_key_together()
    {
        var id = await Service.SubmitAsync();
        var stream = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        var waiting = Service.GetAsync($"/jobs/{id}/events?after=1", Service.AdminKey, ("Prefer", "wait=60"));
        await Service.UntilWaitingAsync(2);

        var third = await Service.GetAsync($"/jobs/{id}/events", Service.AdminKey, ("Accept", "text/event-stream"));
        var fourth = await Service.GetAsync($"/jobs/{id}?after=1", Service.AdminKey, ("Prefer", "wait=60"));

        foreach (var refused in (Answer[])[third, fourth])
        {
            refused.MustRefuse(429, "too_many_streams", "2 streams");
            Assert.Equal("5", refused.Header("Retry-After"));
        }
        Assert.Equal(200, (await Service.GetAsync($"/jobs/{id}/events")).Status); // who doesn't wait isn't counted
        stream.Dispose();
        await Service.UntilWaitingAsync(1);
        using var next = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        Assert.Equal("1", (await next.NextAsync())!.Id);
        await Service.BeginAsync(id);
        Assert.Equal(200, (await waiting).Status);
    }

    [Fact]
    public async Task hold_for_the_whole_process_too()
    {
        var other = (await Service.PostAsync("/keys", """{"name":"other","role":"client"}""")).Text("key");
        var id = await Service.SubmitAsync();
        using var one = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        using var two = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        using var three = await Frames.OpenAsync(Service, $"/jobs/{id}/events", other);

        (await Service.GetAsync($"/jobs/{id}/events", other, ("Accept", "text/event-stream"))).MustRefuse(429, "too_many_streams", "3 streams");
    }

    [Fact]
    public async Task never_cost_a_submitted_job_its_life()
    {
        var id = await Service.SubmitAsync();
        using var one = await Frames.OpenAsync(Service, $"/jobs/{id}/events");
        using var two = await Frames.OpenAsync(Service, $"/jobs/{id}/events");

        var answer = await Service.PostAsync("/jobs", """{"type":"idle"}""", Service.AdminKey, ("Prefer", "wait=60"));

        Assert.Equal((202, ""), (answer.Status, answer.Header("Preference-Applied")));
    }
}
