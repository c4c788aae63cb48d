using System.Net.Http.Headers;
using System.Text;
using Storage;
using Storage.Jobs;
using Storage.Tenants;

namespace JobApi.Tests.Jobs;

public sealed class Submitting_a_job(Service service) : IClassFixture<Service>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task answers_202_with_the_document_and_where_to_look_for_it()
    {
        var answer = await service.PostAsync("/jobs", """{"type":"report.weekly","metadata":{"team":"blue"}}""");

        Assert.Equal(202, answer.Status);
        Assert.Equal($"/jobs/{answer.Text("id")}", answer.Header("Location"));
        Assert.Equal("\"v1\"", answer.Header("ETag"));
        Assert.Equal("1", answer.Header("Retry-After"));
        Assert.Equal(("pending", "report.weekly"), (answer.Text("status"), answer.Text("type")));
        Assert.Equal("blue", answer.Json.GetProperty("metadata").GetProperty("team").GetString());
        Assert.Equal(5, answer.Json.GetProperty("priority").GetInt32());
        Assert.Equal(3, answer.Json.GetProperty("max_attempts").GetInt32());
        Assert.Equal(answer.Body, (await service.GetAsync(answer.Header("Location"))).Body);
        Assert.Empty(answer.Header("Server"));
    }

    [Fact]
    public async Task keeps_the_input_minified_with_numbers_and_text_as_they_were_sent()
    {
        var id = await service.SubmitAsync("""{"type":"idle","input": { "n" : 1.50e+02, "t" : "a \" b\u00e9 é", "l" : [ 1 , 2 ] } }""");

        var job = await FindAsync(id);

        Assert.Equal("""{"n":1.50e+02,"t":"a \" b\u00e9 é","l":[1,2]}""", Encoding.UTF8.GetString(job.Input));
    }

    [Fact]
    public async Task takes_null_for_an_input_that_is_not_there() =>
        Assert.Equal("null", Encoding.UTF8.GetString((await FindAsync(await service.SubmitAsync())).Input));

    [Theory]
    [InlineData(10, "10")]
    [InlineData(3600, "60")]
    public async Task for_later_says_so_and_when_to_ask_again(int seconds, string retryAfter)
    {
        var runAt = service.Clock.GetUtcNow().AddSeconds(seconds);

        var answer = await service.PostAsync("/jobs", $$"""{"type":"idle","run_at":"{{runAt:yyyy-MM-ddTHH:mm:ss}}Z"}""");

        Assert.Equal("scheduled", answer.Text("pending_reason"));
        Assert.Equal(retryAfter, answer.Header("Retry-After"));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("null", "null")]
    [InlineData("[]", "$")]
    [InlineData("{\"type\":\"a\"} x", "strict JSON")]
    [InlineData("{\"type\":\"a\",}", "strict JSON")]
    [InlineData("{\"type\":\"a\",\"type\":\"b\"}", "$.type")]
    [InlineData("{\"type\":\"a\",\"input\":{\"x\":1,\"x\":2}}", "$")]
    [InlineData("{\"type\":7}", "$.type")]
    [InlineData("{\"Type\":\"a\"}", "$.Type")]
    [InlineData("{\"type\":\"a\",\"priority\":\"5\"}", "$.priority")]
    [InlineData("{\"type\":\"a\",\"priority\":5.5}", "$.priority")]
    [InlineData("{\"type\":\"a\",\"run_at\":\"tomorrow\"}", "$.run_at")]
    [InlineData("{\"type\":\"a\",\"run_at\":\"2030-01-01T00:00:00\"}", "$.run_at")]
    [InlineData("{\"type\":\"a\",\"metadata\":{\"a\":1}}", "$.metadata")]
    [InlineData("{\"type\":\"a\",\"metadata\":{\"a\":null}}", "metadata")]
    [InlineData("{\"type\":\"a\",\"callbacks\":[null]}", "callbacks[0].url")]
    [InlineData("{\"type\":null}", "type: is required")]
    [InlineData("{}", "type: is required")]
    [InlineData("{\"type\":\"a\",\"status\":\"succeeded\"}", "$.status")]
    [InlineData("{\"type\":\"a\",\"tenant_id\":\"tnt_1\"}", "$.tenant_id")]
    [InlineData("{\"type\":\"a\",\"attempt\":9}", "$.attempt")]
    public async Task refuses_what_is_not_strict_json_of_the_right_shape(string body, string named) =>
        (await service.PostAsync("/jobs", body)).MustRefuse(400, "invalid_request", named);

    [Theory]
    [InlineData(30, 202)]
    [InlineData(33, 400)]
    public async Task takes_32_levels_of_json_and_no_more(int levels, int status)
    {
        var input = new string('[', levels) + new string(']', levels);
        Assert.Equal(status, (await service.PostAsync("/jobs", $$"""{"type":"a","input":{{input}}}""")).Status);
    }

    [Theory]
    [InlineData("application/json; charset=bogus", 400)]
    [InlineData("application/json; charset=utf-16", 400)]
    [InlineData("application/json; charset=\"UTF-8\"", 202)]
    [InlineData("text/plain", 415)]
    [InlineData("nonsense", 415)]
    [InlineData(null, 415)]
    public async Task wants_json_in_utf8(string? contentType, int status) =>
        Assert.Equal(status, (await PostAsync("""{"type":"a"}"""u8.ToArray(), contentType)).Status);

    [Fact]
    public async Task refuses_bytes_that_are_not_utf8() =>
        (await PostAsync([.. """{"type":"a","input":" """u8, 0xff, .. "\"}"u8], "application/json")).MustRefuse(400, "invalid_request", "UTF-8");

    [Theory]
    [InlineData("\"type\":\"Report\"", "type")]
    [InlineData("\"type\":\"a\\n\"", "type")]
    [InlineData("\"type\":\"\"", "type")]
    [InlineData("\"type\":\"a\",\"priority\":10", "priority")]
    [InlineData("\"type\":\"a\",\"priority\":-1", "priority")]
    [InlineData("\"type\":\"a\",\"max_attempts\":0", "max_attempts")]
    [InlineData("\"type\":\"a\",\"timeout_seconds\":0", "timeout_seconds")]
    [InlineData("\"type\":\"a\",\"ttl_seconds\":-1", "ttl_seconds")]
    [InlineData("\"type\":\"a\",\"run_at\":\"2031-01-01T00:00:00Z\",\"start_by\":\"2030-06-01T00:00:00Z\"", "start_by")]
    [InlineData("\"type\":\"a\",\"metadata\":{\"\":\"x\"}", "metadata")]
    [InlineData("\"type\":\"a\",\"metadata\":{\"k\":\"a\\u0000b\"}", "metadata.k")]
    [InlineData("\"type\":\"a\",\"metadata\":{\"k\":\"a\\ud800b\"}", "surrogate")]
    [InlineData("\"type\":\"a\",\"metadata\":{\"k\":\"\\udc00\\ud800\"}", "surrogate")]
    [InlineData("\"type\":\"a\",\"input\":\"\\ud83d\"", "surrogate")]
    [InlineData("\"type\":\"a\",\"callback_url\":\"https://a.example\",\"callbacks\":[]", "callback_url")]
    public async Task refuses_values_that_a_rule_forbids(string members, string named) =>
        (await service.PostAsync("/jobs", $"{{{members}}}")).MustRefuse(422, "invalid_request", named);

    [Fact]
    public async Task takes_whole_surrogate_pairs_and_escaped_backslashes() =>
        Assert.Equal(202, (await service.PostAsync("/jobs", """{"type":"a","metadata":{"k":"\ud83d\ude00 \\ud800"}}""")).Status);

    [Fact]
    public async Task refuses_more_labels_than_16()
    {
        var labels = string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"k{i}\":\"v\""));
        (await service.PostAsync("/jobs", $$"""{"metadata":{ {{labels}} },"type":"a"}""")).MustRefuse(422, "invalid_request", "metadata");
    }

    [Fact]
    public async Task takes_a_body_of_1_mib_and_no_more()
    {
        const string frame = """{"type":"a","input":""}""";
        var filler = new string('x', 1024 * 1024 - frame.Length);

        Assert.Equal(202, (await service.PostAsync("/jobs", frame.Replace("\"\"", $"\"{filler}\"", StringComparison.Ordinal))).Status);
        (await service.PostAsync("/jobs", frame.Replace("\"\"", $"\"{filler}x\"", StringComparison.Ordinal))).MustRefuse(413, "body_too_large");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task answers_whoever_sends_far_too_much_instead_of_hanging_up(bool isChunked)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"type":"a","input":"{{new string('x', 8 * 1024 * 1024)}}"}""");
        for (var i = 0; i < 10; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new ByteArrayContent(body) };
            request.Headers.TransferEncodingChunked = isChunked;
            request.Headers.Authorization = new("Bearer", Service.AdminKey);
            request.Content.Headers.ContentType = new("application/json");

            using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

            (await Answer.OfAsync(response)).MustRefuse(413, "body_too_large");
        }
    }

    [Fact]
    public async Task refuses_our_own_deliveries() =>
        (await service.PostAsync("/jobs", """{"type":"a"}""", Service.AdminKey, ("User-Agent", "Webhooks/0.1.0"))).MustRefuse(403, "loop_refused");

    private async Task<Answer> PostAsync(byte[] body, string? contentType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Service.AdminKey);
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await service.SendAsync(request);
    }

    private async Task<Job> FindAsync(string id) =>
        Id<Job>.TryParse(id, out var job) ? (await service.Get<JobStore>().FindAsync(TenantStore.DefaultId, job, Stop))! : throw new ArgumentException(id);
}
