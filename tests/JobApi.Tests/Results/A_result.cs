using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace JobApi.Tests.Results;

public sealed class A_result(Service service) : IClassFixture<Service>
{
    private static readonly byte[] Letters = "abcdefghij"u8.ToArray();
    private static readonly string LettersDigest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(Letters))}:";

    [Fact]
    public async Task that_was_uploaded_comes_back_byte_for_byte_with_what_there_is_to_know_of_it()
    {
        var worker = await Worker.FinishAsync(service, Letters, "image/png");

        var whole = await worker.DownloadAsync();

        Assert.Equal((200, "image/png", "10", "bytes"), (whole.Status, whole.Header("Content-Type"), whole.Header("Content-Length"), whole.Header("Accept-Ranges")));
        Assert.Equal(Letters, whole.Bytes);
        Assert.Equal(LettersDigest, whole.Header("Repr-Digest"));
        Assert.Equal("\"v3\"", whole.Header("ETag"));
        var expires = (await service.GetAsync($"/jobs/{worker.Job}")).Json.GetProperty("expires_at").GetDateTimeOffset();
        Assert.Equal(expires.ToString("R", CultureInfo.InvariantCulture), whole.Header("Sunset"));
    }

    [Fact]
    public async Task that_was_uploaded_is_named_but_not_shown_in_document_and_event()
    {
        var worker = await Worker.FinishAsync(service, Letters, "text/csv; charset=utf-8");

        var document = (await service.GetAsync($"/jobs/{worker.Job}")).Json;
        var terminal = (await service.GetAsync($"/jobs/{worker.Job}/events?after=2")).Json.GetProperty("events")[0].GetProperty("data");

        foreach (var shown in (System.Text.Json.JsonElement[])[document, terminal])
        {
            Assert.False(shown.TryGetProperty("result", out _));
            Assert.Equal(10, shown.GetProperty("result_size").GetInt64());
            Assert.Equal("text/csv; charset=utf-8", shown.GetProperty("result_content_type").GetString());
            Assert.Equal($"/jobs/{worker.Job}/result", shown.GetProperty("result_url").GetString());
        }
    }

    [Fact]
    public async Task in_the_row_is_served_as_json_by_the_same_rules()
    {
        var worker = await Worker.ClaimAsync(service);
        await worker.CompleteAsync("""{ "a": "é" }""");

        var whole = await worker.DownloadAsync();
        var part = await worker.DownloadAsync("GET", Service.AdminKey, ("Range", "bytes=-3"));

        Assert.Equal((200, "application/json", """{"a":"é"}"""), (whole.Status, whole.Header("Content-Type"), Encoding.UTF8.GetString(whole.Bytes)));
        Assert.Equal((206, "bytes 7-9/10"), (part.Status, part.Header("Content-Range")));
        Assert.Equal(whole.Bytes[^3..], part.Bytes);
        Assert.Equal("", whole.Header("Content-Disposition"));
        Assert.Equal(whole.Header("ETag"), part.Header("ETag"));
    }

    [Fact]
    public async Task of_nothing_is_null()
    {
        var worker = await Worker.ClaimAsync(service);
        await worker.CompleteAsync();

        Assert.Equal("null", Encoding.UTF8.GetString((await worker.DownloadAsync()).Bytes));
    }

    [Theory]
    [InlineData("bytes=0-0", 206, "a", "bytes 0-0/10")]
    [InlineData("bytes=2-5", 206, "cdef", "bytes 2-5/10")]
    [InlineData("bytes=7-", 206, "hij", "bytes 7-9/10")]
    [InlineData("bytes=-3", 206, "hij", "bytes 7-9/10")]
    [InlineData("bytes=-10", 206, "abcdefghij", "bytes 0-9/10")]
    [InlineData("bytes=-99999999999999999999999", 206, "abcdefghij", "bytes 0-9/10")]
    [InlineData("bytes=9-99999999999999999999999", 206, "j", "bytes 9-9/10")]
    [InlineData("bytes=0-9223372036854775807", 206, "abcdefghij", "bytes 0-9/10")]
    [InlineData("Bytes=1-1", 206, "b", "bytes 1-1/10")]
    [InlineData("bytes=\t1-1 ", 206, "b", "bytes 1-1/10")]
    [InlineData("bytes=10-", 416, null, "bytes */10")]
    [InlineData("bytes=10-20", 416, null, "bytes */10")]
    [InlineData("bytes=-0", 416, null, "bytes */10")]
    [InlineData("bytes=99999999999999999999999-", 416, null, "bytes */10")]
    [InlineData("bytes=5-2", 200, "abcdefghij", "")]
    [InlineData("bytes=a-b", 200, "abcdefghij", "")]
    [InlineData("bytes=+1-2", 200, "abcdefghij", "")]
    [InlineData("bytes=1-2-3", 200, "abcdefghij", "")]
    [InlineData("bytes=-", 200, "abcdefghij", "")]
    [InlineData("bytes=", 200, "abcdefghij", "")]
    [InlineData("bytes=5", 200, "abcdefghij", "")]
    [InlineData("bytes=0-1,3-4", 200, "abcdefghij", "")]
    [InlineData("lines=0-1", 200, "abcdefghij", "")]
    public async Task gives_the_part_that_is_asked_for(string range, int status, string? body, string contentRange)
    {
        var worker = await Worker.FinishAsync(service, Letters);

        var answer = await worker.DownloadAsync("GET", Service.AdminKey, ("Range", range));

        Assert.Equal((status, contentRange), (answer.Status, answer.Header("Content-Range")));
        if (body is null)
            Assert.Equal("application/problem+json", answer.Header("Content-Type"));
        else
            Assert.Equal(body, Encoding.ASCII.GetString(answer.Bytes));
    }

    [Fact]
    public async Task takes_thousands_of_ranges_for_one_plain_request()
    {
        var worker = await Worker.FinishAsync(service, Letters);

        var answer = await worker.DownloadAsync("GET", Service.AdminKey, ("Range", "bytes=" + string.Join(",", Enumerable.Repeat("0-", 5000))));

        Assert.Equal((200, 10), (answer.Status, answer.Bytes.Length));
    }

    [Fact]
    public async Task is_sent_once_to_whoever_keeps_its_tag()
    {
        var worker = await Worker.FinishAsync(service, Letters);
        var tag = (await worker.DownloadAsync()).Header("ETag");

        var known = await worker.DownloadAsync("GET", Service.AdminKey, ("If-None-Match", $"\"x\", W/{tag}"));
        var other = await worker.DownloadAsync("GET", Service.AdminKey, ("If-Match", "\"x\""));
        var same = await worker.DownloadAsync("GET", Service.AdminKey, ("If-Match", tag));

        Assert.Equal((304, 0, tag), (known.Status, known.Bytes.Length, known.Header("ETag")));
        Assert.Equal((412, 200), (other.Status, same.Status));
    }

    [Fact]
    public async Task goes_on_where_a_reader_stopped_only_if_it_is_the_same()
    {
        var worker = await Worker.FinishAsync(service, Letters);
        var tag = (await worker.DownloadAsync()).Header("ETag");

        var on = await worker.DownloadAsync("GET", Service.AdminKey, ("Range", "bytes=8-"), ("If-Range", tag));
        var anew = await worker.DownloadAsync("GET", Service.AdminKey, ("Range", "bytes=8-"), ("If-Range", "\"another\""));
        var weak = await worker.DownloadAsync("GET", Service.AdminKey, ("Range", "bytes=8-"), ("If-Range", "W/" + tag));
        var dated = await worker.DownloadAsync("GET", Service.AdminKey, ("Range", "bytes=8-"), ("If-Range", "Wed, 02 Jan 2030 03:04:05 GMT"));

        Assert.Equal((206, 200, 200, 200), (on.Status, anew.Status, weak.Status, dated.Status));
        Assert.Equal("ij", Encoding.ASCII.GetString(on.Bytes));
    }

    [Fact]
    public async Task is_described_without_being_sent()
    {
        var worker = await Worker.FinishAsync(service, Letters);

        var head = await worker.DownloadAsync("HEAD", Service.AdminKey, ("Range", "bytes=1-2"));

        Assert.Equal((200, "10", 0, LettersDigest), (head.Status, head.Header("Content-Length"), head.Bytes.Length, head.Header("Repr-Digest")));
    }

    [Theory]
    [InlineData("text/html", true)]
    [InlineData("image/svg+xml", true)]
    [InlineData("text/json", true)]
    [InlineData("application/xhtml+xml", true)]
    [InlineData("application/json", false)]
    [InlineData("application/problem+json; charset=utf-8", false)]
    public async Task is_a_page_to_no_browser(string type, bool asFile)
    {
        var worker = await Worker.FinishAsync(service, "<script>alert(1)</script>"u8.ToArray(), type);

        var answer = await worker.DownloadAsync();

        Assert.Equal((type, "nosniff"), (answer.Header("Content-Type"), answer.Header("X-Content-Type-Options")));
        Assert.Equal(asFile ? $"attachment; filename=\"{worker.Job}\"" : "", answer.Header("Content-Disposition"));
        Assert.Contains("sandbox", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task is_unknown_to_another_tenant()
    {
        var worker = await Worker.FinishAsync(service, Letters);
        var stranger = await SecondTenant.MakeAsync(service);

        Assert.Equal(404, (await worker.DownloadAsync("GET", stranger.Key)).Status);
    }

    [Fact]
    public async Task whose_bytes_were_lost_says_so()
    {
        var worker = await Worker.FinishAsync(service, Letters);
        foreach (var name in service.Get<Storage.Results.IResultStore>().List())
            service.Get<Storage.Results.IResultStore>().Delete(name);

        var answer = await worker.DownloadAsync();

        Assert.Equal((410, "application/problem+json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal("", answer.Header("ETag"));
    }
}
