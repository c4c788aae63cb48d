using System.Text.Json;

namespace JobApi.Tests.Jobs;

public sealed class Reading_jobs(Service service) : IClassFixture<Service>
{
    [Theory]
    [InlineData("\"v1\"", 304)]
    [InlineData("W/\"v1\"", 304)]
    [InlineData("\"v7\", \"v1\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"v2\"", 200)]
    [InlineData("v1", 200)]
    [InlineData("\"v1", 200)]
    public async Task answers_304_to_whoever_has_this_version(string ifNoneMatch, int status)
    {
        var id = await service.SubmitAsync();

        var answer = await service.GetAsync($"/jobs/{id}", Service.AdminKey, ("If-None-Match", ifNoneMatch));

        Assert.Equal((status, "\"v1\"", "1"), (answer.Status, answer.Header("ETag"), answer.Header("Retry-After")));
        Assert.Equal(status == 304, answer.Body.Length == 0);
    }

    [Fact]
    public async Task gives_no_retry_after_to_what_will_never_change()
    {
        var id = await service.SubmitAsync();
        await service.DeleteAsync($"/jobs/{id}");

        var answer = await service.GetAsync($"/jobs/{id}");

        Assert.Equal(("canceled", "", "\"v2\""), (answer.Text("status"), answer.Header("Retry-After"), answer.Header("ETag")));
    }

    [Theory]
    [InlineData("job_00000000000000000000000000")]
    [InlineData("job_0")]
    [InlineData("cb_00000000000000000000000000")]
    [InlineData("JOB_00000000000000000000000000")]
    public async Task answers_404_to_ids_that_are_nobodys(string id)
    {
        (await service.GetAsync($"/jobs/{id}")).MustRefuse(404, "not_found");
        (await service.GetAsync($"/jobs/{id}/events")).MustRefuse(404, "not_found");
        (await service.GetAsync($"/jobs/{id}/result")).MustRefuse(404, "not_found");
        (await service.DeleteAsync($"/jobs/{id}")).MustRefuse(404, "not_found");
        (await service.PostAsync($"/jobs/{id}/redrive", null)).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task pages_through_all_of_them_newest_first()
    {
        var type = "paged";
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            service.Clock.Advance(TimeSpan.FromMilliseconds(1));
            ids.Insert(0, await service.SubmitAsync($$"""{"type":"{{type}}"}"""));
        }

        var listed = new List<string>();
        var sizes = new List<int>();
        for (var next = ""; next is not null;)
        {
            var page = await service.GetAsync($"/jobs?type={type}&limit=2{next}");
            var items = page.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!).ToList();
            listed.AddRange(items);
            sizes.Add(items.Count);
            next = page.Has("next_cursor") ? $"&cursor={page.Text("next_cursor")}" : null;
        }

        Assert.Equal(ids, listed);
        Assert.Equal([2, 2, 1], sizes);
    }

    [Fact]
    public async Task filters_by_status_and_time()
    {
        var type = "filtered";
        var old = await service.SubmitAsync($$"""{"type":"{{type}}"}""");
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var between = service.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var young = await service.SubmitAsync($$"""{"type":"{{type}}"}""");
        await service.DeleteAsync($"/jobs/{old}");

        Assert.Equal([old], await IdsAsync($"type={type}&status=canceled"));
        Assert.Equal([young], await IdsAsync($"type={type}&status=pending"));
        Assert.Equal([young], await IdsAsync($"type={type}&created_after={between}"));
        Assert.Equal([old], await IdsAsync($"type={type}&created_before={between}"));
    }

    [Theory]
    [InlineData("limit=0", "invalid_request", "limit")]
    [InlineData("limit=201", "invalid_request", "limit")]
    [InlineData("limit=+5", "invalid_request", "limit")]
    [InlineData("limit=1&limit=2", "invalid_request", "limit")]
    [InlineData("status=done", "invalid_request", "status")]
    [InlineData("type=", "invalid_request", "type")]
    [InlineData("type=a%00", "invalid_request", "type")]
    [InlineData("created_after=yesterday", "invalid_request", "created_after")]
    [InlineData("created_before=2030-01-01T00:00:00", "invalid_request", "created_before")]
    [InlineData("cursor=", "invalid_cursor", "cursor")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "invalid_cursor", "cursor")]
    [InlineData("cursor=' OR 1=1 --", "invalid_cursor", "cursor")]
    public async Task refuses_a_query_that_no_list_has(string query, string code, string named) =>
        (await service.GetAsync($"/jobs?{query}")).MustRefuse(400, code, named);

    [Fact]
    public async Task refuses_a_cursor_with_any_character_changed()
    {
        await service.SubmitAsync("""{"type":"cursor"}""");
        await service.SubmitAsync("""{"type":"cursor"}""");
        var cursor = (await service.GetAsync("/jobs?type=cursor&limit=1")).Text("next_cursor");

        for (var i = 0; i < cursor.Length; i++)
        {
            var altered = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            (await service.GetAsync($"/jobs?cursor={altered}")).MustRefuse(400, "invalid_cursor");
        }
        (await service.GetAsync($"/keys?cursor={cursor}")).MustRefuse(400, "invalid_cursor");
    }

    [Fact]
    public async Task shows_events_page_by_page_until_the_terminal_one()
    {
        var id = await service.SubmitAsync();
        var first = await service.GetAsync($"/jobs/{id}/events?limit=1");
        var waiting = await service.GetAsync($"/jobs/{id}/events?after=1");
        await service.DeleteAsync($"/jobs/{id}");
        var last = await service.GetAsync($"/jobs/{id}/events?after=1");

        Assert.Equal([1], Seqs(first));
        Assert.Equal((1, false), (Next(first), Terminal(first)));
        Assert.Empty(Seqs(waiting));
        Assert.Equal((1, false), (Next(waiting), Terminal(waiting)));
        Assert.Equal([2], Seqs(last));
        Assert.Equal((2, true), (Next(last), Terminal(last)));
        Assert.Equal("job.canceled", last.Json.GetProperty("events")[0].GetProperty("type").GetString());
        Assert.False(Terminal(await service.GetAsync($"/jobs/{id}/events?limit=1")));
        Assert.True(Terminal(await service.GetAsync($"/jobs/{id}/events?after=2")));
    }

    [Theory]
    [InlineData("after=-1", "after")]
    [InlineData("after=x", "after")]
    [InlineData("after=99999999999", "after")]
    [InlineData("limit=1001", "limit")]
    public async Task refuses_a_page_of_events_that_cannot_be(string query, string named)
    {
        var id = await service.SubmitAsync();
        (await service.GetAsync($"/jobs/{id}/events?{query}")).MustRefuse(400, "invalid_request", named);
    }

    [Fact]
    public async Task tells_why_there_is_no_result()
    {
        var id = await service.SubmitAsync();
        var early = await service.GetAsync($"/jobs/{id}/result");
        await service.DeleteAsync($"/jobs/{id}");

        early.MustRefuse(409, "job_not_finished");
        Assert.Equal("1", early.Header("Retry-After"));
        (await service.GetAsync($"/jobs/{id}/result")).MustRefuse(409, "job_failed");
    }

    private static IEnumerable<int> Seqs(Answer page) =>
        page.Json.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("data").GetProperty("seq").GetInt32());

    private static int Next(Answer page) => page.Json.GetProperty("next_after").GetInt32();

    private static bool Terminal(Answer page) => page.Json.GetProperty("terminal").GetBoolean();

    private async Task<List<string?>> IdsAsync(string query) =>
        [.. (await service.GetAsync($"/jobs?{query}")).Json.GetProperty("items").EnumerateArray().Select((JsonElement i) => i.GetProperty("id").GetString())];
}
