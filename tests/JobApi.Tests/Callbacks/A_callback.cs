using System.Text.Json;
using Storage;
using Storage.Jobs;
using Storage.Tenants;

namespace JobApi.Tests.Callbacks;

public sealed class A_callback(Service service) : IClassFixture<Service>
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task registered_with_its_job_gets_the_terminal_events_by_default()
    {
        var id = await service.SubmitAsync("""{"type":"a","callback_url":"https://Receiver.Example/hook?x=1"}""");

        var callback = Assert.Single((await service.GetAsync($"/jobs/{id}/callbacks")).Json.GetProperty("items").EnumerateArray());

        Assert.Equal("https://receiver.example/hook?x=1", callback.GetProperty("url").GetString());
        Assert.Equal(["job.succeeded", "job.failed", "job.canceled"], Names(callback));
        Assert.Equal("active", callback.GetProperty("status").GetString());
    }

    [Fact]
    public async Task registered_later_is_found_at_its_location_until_it_is_removed()
    {
        var id = await service.SubmitAsync();

        var made = await service.PostAsync($"/jobs/{id}/callbacks", """{"url":"https://receiver.example/hook","events":["job.progress","job.failed"]}""");

        Assert.Equal(201, made.Status);
        Assert.Equal($"/jobs/{id}/callbacks/{made.Text("id")}", made.Header("Location"));
        Assert.Equal(["job.progress", "job.failed"], Names(made.Json));
        Assert.Equal(made.Body, (await service.GetAsync(made.Header("Location"))).Body);
        var removed = await service.DeleteAsync(made.Header("Location"));
        Assert.Equal((200, made.Text("id")), (removed.Status, removed.Text("id")));
        (await service.GetAsync(made.Header("Location"))).MustRefuse(404, "not_found");
        (await service.DeleteAsync(made.Header("Location"))).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task registered_after_the_end_is_still_owed_the_terminal_event()
    {
        var id = await service.SubmitAsync();
        await service.DeleteAsync($"/jobs/{id}");

        await service.PostAsync($"/jobs/{id}/callbacks", """{"url":"https://receiver.example/late"}""");

        var delivery = Assert.Single((await service.GetAsync($"/deliveries?job_id={id}")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal("job.canceled", delivery.GetProperty("event_type").GetString());
        Assert.Equal(2, delivery.GetProperty("seq").GetInt32());
    }

    [Fact]
    public async Task keeps_its_secret_and_headers_for_the_sender_alone()
    {
        var body = $$"""{"url":"https://receiver.example/private","secret":"{{Secret}}","headers":{"x-token":"hush-hush"} }""";
        var id = await service.SubmitAsync();

        var shown = (await service.PostAsync($"/jobs/{id}/callbacks", body)).Body + (await service.GetAsync($"/jobs/{id}/callbacks")).Body;

        Assert.DoesNotContain("whsec_", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", shown, StringComparison.Ordinal);
        Assert.True(Id<Job>.TryParse(id, out var job));
        var stored = Assert.Single(await service.Get<JobStore>().CallbacksAsync(job, Stop));
        Assert.Equal(-1, stored.Private.AsSpan().IndexOf("hush-hush"u8));
        var opened = CallbackPrivate.Open(stored.Private, service.Get<SecretBox>());
        Assert.Equal((Secret, "hush-hush"), (opened.Secret, opened.Headers!["x-token"]));
        Assert.DoesNotContain("hush-hush", opened.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"url\":\"http://receiver.example/\"", "scheme_not_allowed", "url")]
    [InlineData("\"url\":\"https://127.0.0.1/\"", "address_not_allowed", "url")]
    [InlineData("\"url\":\"https://169.254.169.254/\"", "address_not_allowed", "url")]
    [InlineData("\"url\":\"https://0x7f.1/\"", "host_not_canonical", "url")]
    [InlineData("\"url\":\"https://localhost/\"", "host_not_allowed", "url")]
    [InlineData("\"url\":\"https://me:you@receiver.example/\"", "userinfo_not_allowed", "url")]
    [InlineData("\"url\":\"/etc/passwd\"", "url_malformed", "url")]
    [InlineData("\"url\":\"https://receiver.example/a\\u0000b\"", "url_malformed", "url")]
    [InlineData("\"url\":\"https://receiver.example/\",\"events\":[]", "invalid_request", "events")]
    [InlineData("\"url\":\"https://receiver.example/\",\"events\":[\"job.exploded\"]", "invalid_request", "events")]
    [InlineData("\"url\":\"https://receiver.example/\",\"secret\":\"whsec_c2hvcnQ=\"", "secret_rejected", "secret")]
    [InlineData("\"url\":\"https://receiver.example/\",\"secret\":\"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz\"", "secret_rejected", "secret")]
    [InlineData("\"url\":\"https://receiver.example/\",\"headers\":{\"host\":\"x\"}", "header_not_allowed", "headers")]
    [InlineData("\"url\":\"https://receiver.example/\",\"headers\":{\"webhook-id\":\"x\"}", "header_not_allowed", "headers")]
    [InlineData("\"url\":\"https://receiver.example/\",\"headers\":{\"x-a\":\"1\\r\\nx-b: 2\"}", "header_not_allowed", "headers")]
    [InlineData("\"url\":\"https://receiver.example/\",\"headers\":{\"x-a\":\"caf\u00e9\"}", "header_not_allowed", "headers")]
    [InlineData("\"url\":\"https://receiver.example/\",\"headers\":{\"x-a\":\"a\\u0000\"}", "header_not_allowed", "headers")]
    public async Task is_refused_where_a_rule_forbids_it(string members, string code, string named)
    {
        var id = await service.SubmitAsync();

        (await service.PostAsync($"/jobs/{id}/callbacks", $"{{{members}}}")).MustRefuse(422, code, named);
        (await service.PostAsync("/jobs", $$"""{"type":"a","callbacks":[{ {{members}} }]}"""))
            .MustRefuse(422, code, $"callbacks[0].{named}");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"url\":null}")]
    [InlineData("{\"url\":\"https://receiver.example/\",\"events\":[null]}")]
    [InlineData("{\"url\":\"https://receiver.example/\",\"headers\":{\"x\":null}}")]
    [InlineData("{\"url\":\"https://receiver.example/\",\"status\":\"active\"}")]
    public async Task is_refused_where_it_has_the_wrong_shape(string body) =>
        (await service.PostAsync($"/jobs/{await service.SubmitAsync()}/callbacks", body)).MustRefuse(400, "invalid_request");

    [Fact]
    public async Task is_one_of_ten_at_most_however_they_come()
    {
        var ten = string.Join(',', Enumerable.Range(0, 10).Select(i => $$"""{"url":"https://receiver.example/{{i}}"}"""));
        var id = await service.SubmitAsync($$"""{"type":"a","callbacks":[{{ten}}]}""");

        (await service.PostAsync($"/jobs/{id}/callbacks", """{"url":"https://receiver.example/10"}""")).MustRefuse(422, "invalid_request", "10");
        (await service.PostAsync("/jobs", $$"""{"type":"a","callbacks":[{{ten}},{"url":"https://receiver.example/10"}]}""")).MustRefuse(422, "invalid_request", "10");
    }

    private static IEnumerable<string?> Names(JsonElement callback) => callback.GetProperty("events").EnumerateArray().Select(e => e.GetString());
}
