namespace JobApi.Tests.Jobs;

public sealed class Ending_and_repeating_a_job(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task A_pending_job_is_canceled_at_once_and_stays_so()
    {
        var id = await service.SubmitAsync();

        var first = await service.DeleteAsync($"/jobs/{id}");
        var second = await service.DeleteAsync($"/jobs/{id}");

        Assert.Equal((200, "canceled", "\"v2\""), (first.Status, first.Text("status"), first.Header("ETag")));
        Assert.Equal((200, first.Body), (second.Status, second.Body));
    }

    [Fact]
    public async Task A_job_that_has_not_finished_is_not_done_again()
    {
        var answer = await service.PostAsync($"/jobs/{await service.SubmitAsync()}/redrive", null);

        answer.MustRefuse(409, "job_not_finished");
        Assert.Equal("1", answer.Header("Retry-After"));
    }

    [Fact]
    public async Task A_redrive_is_a_new_job_with_the_same_input_and_callbacks()
    {
        var id = await service.SubmitAsync(
            """
            {"type":"again","input":{"n":1},"priority":7,"metadata":{"k":"v"},
             "callbacks":[{"url":"https://receiver.example/hook","events":["job.failed"],"headers":{"x-team":"blue"}}]}
            """);
        var before = await service.DeleteAsync($"/jobs/{id}");

        var answer = await service.PostAsync($"/jobs/{id}/redrive", null);

        Assert.Equal((202, id, "pending"), (answer.Status, answer.Text("redrive_of"), answer.Text("status")));
        Assert.NotEqual(id, answer.Text("id"));
        Assert.Equal(7, answer.Json.GetProperty("priority").GetInt32());
        Assert.Equal("v", answer.Json.GetProperty("metadata").GetProperty("k").GetString());
        var (old, copy) = (await CallbackAsync(id), await CallbackAsync(answer.Text("id")));
        Assert.NotEqual(old.Id, copy.Id);
        Assert.Equal((old.Url, old.Events), (copy.Url, copy.Events));
        Assert.Equal(before.Body, (await service.GetAsync($"/jobs/{id}")).Body);
    }

    private async Task<(string Id, string Url, string Events)> CallbackAsync(string job)
    {
        var callback = Assert.Single((await service.GetAsync($"/jobs/{job}/callbacks")).Json.GetProperty("items").EnumerateArray());
        return (callback.GetProperty("id").GetString()!, callback.GetProperty("url").GetString()!, callback.GetProperty("events").GetRawText());
    }
}
