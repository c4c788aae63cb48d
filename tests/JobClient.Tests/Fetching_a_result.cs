using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Webhooks.Client;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class Fetching_a_result
{
    private const string Letters = "abcdefghij";

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Brings_the_bytes_and_what_there_is_to_know_of_them()
    {
        await using var service = new RawService((_, answer) =>
            answer.AllAsync(200, "image/png", Letters, Digest(Letters), "ETag: \"1\"", "Sunset: Wed, 02 Jan 2030 03:04:05 GMT"));
        using var bytes = new MemoryStream();

        var result = await service.Client().DownloadResultAsync(JobId, bytes, _stop);

        Assert.Equal(Letters, Encoding.ASCII.GetString(bytes.ToArray()));
        Assert.Equal(("image/png", 10, "\"1\"", false), (result.ContentType, result.Length, result.ETag, result.IsJson));
        Assert.Equal(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), result.RemovedAt);
        Assert.Equal($"GET /jobs/{JobId}/result HTTP/1.1", Assert.Single(service.Requests).Line);
    }

    [Fact]
    public async Task Goes_on_where_the_connection_broke()
    {
        await using var service = new RawService(async (request, answer) =>
        {
            var from = request.Header("Range") is { } range ? int.Parse(range["bytes=".Length..^1], null) : 0;
            await answer.HeadAsync(
                from == 0 ? 200 : 206, "text/plain", $"Content-Length: {10 - from}", "ETag: \"1\"", Digest(Letters), $"Content-Range: bytes {from}-9/10");
            await answer.WriteAsync(Letters.Substring(from, Math.Min(3, 10 - from)));
        });
        using var bytes = new MemoryStream();

        await service.Client(options => options.Retries = 1).DownloadResultAsync(JobId, bytes, _stop);

        Assert.Equal(Letters, Encoding.ASCII.GetString(bytes.ToArray()));
        Assert.Equal([null, "bytes=3-", "bytes=6-", "bytes=9-"], service.Requests.Select(request => request.Header("Range")));
        Assert.Equal([null, "\"1\"", "\"1\"", "\"1\""], service.Requests.Select(request => request.Header("If-Range")));
    }

    [Fact]
    public async Task Begins_anew_when_the_result_is_another_one()
    {
        await using var service = ChangesHalfWay();
        using var bytes = new MemoryStream();
        bytes.Write("before "u8);

        await service.Client().DownloadResultAsync(JobId, bytes, _stop);

        Assert.Equal("before 0123456789", Encoding.ASCII.GetString(bytes.ToArray()));
    }

    [Fact]
    public async Task Does_not_mix_two_results_in_a_stream_that_cannot_go_back()
    {
        await using var service = ChangesHalfWay();

        await Assert.ThrowsAsync<IOException>(() => service.Client().DownloadResultAsync(JobId, new OneWay(), _stop));
    }

    [Fact]
    public async Task Gives_up_when_nothing_more_comes()
    {
        await using var service = new RawService((_, answer) => answer.HeadAsync(200, "text/plain", "Content-Length: 10", "ETag: \"1\""));

        await Assert.ThrowsAsync<HttpRequestException>(() => service.Client(options => options.Retries = 2).DownloadResultAsync(JobId, new MemoryStream(), _stop));

        Assert.Equal(3, service.Requests.Count);
    }

    [Fact]
    public async Task Does_not_wait_for_ever_for_a_body_that_stops()
    {
        await using var service = new RawService(async (_, answer) =>
        {
            await answer.HeadAsync(200, "text/plain", "Content-Length: 10");
            await answer.HangAsync();
        });

        var fetching = service.Client(options => options.Retries = 0).DownloadResultAsync(JobId, new MemoryStream(), _stop);
        await RawService.UntilAsync(() => fetching.IsCompleted, () => service.Clock.Advance(TimeSpan.FromSeconds(31)));

        await Assert.ThrowsAsync<HttpRequestException>(() => fetching);
    }

    [Fact]
    public async Task Finds_bytes_that_were_altered()
    {
        await using var service = new RawService((_, answer) => answer.AllAsync(200, "text/plain", "abcdefghiX", Digest(Letters)));

        await Assert.ThrowsAsync<InvalidDataException>(() => service.Client().DownloadResultAsync(JobId, new MemoryStream(), _stop));
    }

    [Fact]
    public async Task Is_refused_at_once_while_there_is_none()
    {
        await using var service = new RawService((_, answer) =>
            answer.AllAsync(409, "application/problem+json", """{"code":"job_not_finished"}""", "Retry-After: 60"));

        var refusal = await Assert.ThrowsAsync<JobApiException>(() => service.Client().GetResultAsync<Report>(JobId, _stop));

        Assert.Equal(("job_not_finished", 60), (refusal.Code, (int)refusal.RetryAfter!.Value.TotalSeconds));
        Assert.Single(service.Requests);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/report+json; charset=utf-8")]
    public async Task Reads_json_as_the_callers_type(string type)
    {
        await using var service = new RawService((_, answer) => answer.AllAsync(200, type, """{"word_count":42}"""));

        Assert.Equal(new Report(42), await service.Client().GetResultAsync<Report>(JobId, _stop));
    }

    [Fact]
    public async Task Reads_nothing_else_as_json()
    {
        await using var service = new RawService((_, answer) => answer.AllAsync(200, "text/plain", """{"word_count":42}"""));

        await Assert.ThrowsAsync<JsonException>(() => service.Client().GetResultAsync<Report>(JobId, _stop));
    }

    [Fact]
    public async Task Is_part_of_running_a_job_whose_result_was_uploaded()
    {
        using var service = new Service();
        service.Answers("POST", "/jobs", Service.Json(202, Job("succeeded", 3, """,  "result_size":17,"result_content_type":"application/json" """)));
        service.Answers("GET", $"/jobs/{JobId}/result", Service.Json(200, """{"word_count":42}"""));

        var outcome = await service.Client().RunAsync<Report>(new() { Type = "research" }, _stop);

        Assert.Equal(new Report(42), outcome.ResultOrThrow());
        Assert.Equal("wait=30", service.Requests[0].Header("Prefer"));
    }

    private static RawService ChangesHalfWay() => new(async (request, answer) =>
    {
        if (request.Header("Range") is not null)
            await answer.AllAsync(200, "text/plain", "0123456789", "ETag: \"2\"", Digest("0123456789"));
        else
        {
            await answer.HeadAsync(200, "text/plain", "Content-Length: 10", "ETag: \"1\"", Digest(Letters));
            await answer.WriteAsync("abc");
        }
    });

    private static string Digest(string text) => $"Repr-Digest: sha-256=:{Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(text)))}:";

    private sealed record Report(int WordCount);

    private sealed class OneWay : MemoryStream
    {
        public override bool CanSeek => false;
    }
}
