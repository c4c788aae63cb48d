namespace JobApi.Tests.Jobs;

public sealed class An_idempotency_key(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task makes_a_repeated_request_the_same_job()
    {
        var first = await SubmitAsync("""{"type":"a","priority":1}""", "one");
        var second = await SubmitAsync(""" { "priority" : 1, "type" : "a" } """, "\"one\"");

        Assert.Equal((202, ""), (first.Status, first.Header("Idempotency-Replayed")));
        Assert.Equal((202, "true"), (second.Status, second.Header("Idempotency-Replayed")));
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(first.Header("Location"), second.Header("Location"));
    }

    [Fact]
    public async Task answers_with_the_job_as_it_is_now()
    {
        var id = (await SubmitAsync("""{"type":"a"}""", "now")).Text("id");
        await service.DeleteAsync($"/jobs/{id}");

        Assert.Equal("canceled", (await SubmitAsync("""{"type":"a"}""", "now")).Text("status"));
    }

    [Fact]
    public async Task is_refused_with_another_request()
    {
        await SubmitAsync("""{"type":"a"}""", "two");

        (await SubmitAsync("""{"type":"b"}""", "two")).MustRefuse(422, "idempotency_key_reused", "Idempotency-Key");
    }

    [Fact]
    public async Task makes_one_job_of_16_requests_at_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => SubmitAsync("""{"type":"crowd"}""", "crowd")));

        Assert.All(answers, a => Assert.Equal(202, a.Status));
        Assert.Single(answers.Select(a => a.Text("id")).Distinct());
        Assert.Single(answers, a => a.Header("Idempotency-Replayed") == "");
        Assert.Equal(1, (await service.GetAsync("/jobs?type=crowd")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task means_nothing_to_another_tenant()
    {
        var stranger = await SecondTenant.MakeAsync(service);
        var ours = await SubmitAsync("""{"type":"a"}""", "shared");

        var theirs = await service.PostAsync("/jobs", """{"type":"other"}""", stranger.Key, ("Idempotency-Key", "shared"));

        Assert.Equal((202, ""), (theirs.Status, theirs.Header("Idempotency-Replayed")));
        Assert.NotEqual(ours.Text("id"), theirs.Text("id"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("k\u00e9y")]
    [InlineData("256")]
    public async Task is_1_to_255_visible_ascii_characters(string key) =>
        (await SubmitAsync("""{"type":"a"}""", key == "256" ? new string('k', 256) : key)).MustRefuse(422, "invalid_request", "Idempotency-Key");

    [Fact]
    public async Task may_have_255_characters() =>
        Assert.Equal(202, (await SubmitAsync("""{"type":"a"}""", new string('k', 255))).Status);

    [Fact]
    public async Task of_a_redrive_stands_for_one_job()
    {
        var (one, other) = (await DoneAsync(), await DoneAsync());

        var first = await RedriveAsync(one, "again");

        Assert.Equal((202, one), (first.Status, first.Text("redrive_of")));
        Assert.Equal(first.Text("id"), (await RedriveAsync(one, "again")).Text("id"));
        (await RedriveAsync(other, "again")).MustRefuse(422, "idempotency_key_reused");
        var submitted = await SubmitAsync("""{"type":"a"}""", "again");
        Assert.Equal((202, ""), (submitted.Status, submitted.Header("Idempotency-Replayed")));
    }

    private Task<Answer> SubmitAsync(string body, string key) => service.PostAsync("/jobs", body, Service.AdminKey, ("Idempotency-Key", key));

    private Task<Answer> RedriveAsync(string id, string key) =>
        service.PostAsync($"/jobs/{id}/redrive", null, Service.AdminKey, ("Idempotency-Key", key));

    private async Task<string> DoneAsync()
    {
        var id = await service.SubmitAsync();
        await service.DeleteAsync($"/jobs/{id}");
        return id;
    }
}
