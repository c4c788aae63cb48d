using System.Text.Json;
using Webhooks.Contract;

namespace JobApi.Tests.Receivers;

public sealed class Receivers_over_http(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task are_shown_with_what_they_are_owed_and_what_they_may_get()
    {
        var id = await OweAsync("shown");

        var answer = await service.GetAsync($"/receivers/{id}");

        Assert.Equal((200, id, "https://shown.example:443", "active"), (answer.Status, answer.Text("id"), answer.Text("origin"), answer.Text("status")));
        Assert.Equal("""{"state":"closed","failures":0,"openings":0}""", Member(answer, "breaker"));
        Assert.Equal("""{"pending":1,"is_at_least":false,"oldest_due_at":"2030-01-02T03:04:05.000Z"}""", Member(answer, "backlog"));
        Assert.Equal("""{"lanes":1}""", Member(answer, "limits"));
        Assert.NotNull(JsonSerializer.Deserialize<ReceiverDocument>(answer.Body, ContractJson.Strict));
    }

    [Fact]
    public async Task are_listed_filtered_and_paged()
    {
        var ids = new List<string>();
        foreach (var host in (string[])["list-1", "list-2", "list-3"])
            ids.Add(await OweAsync(host));
        await PostAsync($"/receivers/{ids[1]}/pause");

        var all = new List<string>();
        for (var (cursor, more) = ("", true); more;)
        {
            var page = await service.GetAsync($"/receivers?limit=2{cursor}");
            all.AddRange(Ids(page));
            more = page.Has("next_cursor");
            cursor = more ? $"&cursor={page.Text("next_cursor")}" : "";
        }
        Assert.Equal(all.Distinct().Count(), all.Count);
        Assert.Subset(all.ToHashSet(), ids.ToHashSet());
        Assert.Contains(ids[1], Ids(await service.GetAsync("/receivers?status=paused")));
        Assert.DoesNotContain(ids[0], Ids(await service.GetAsync("/receivers?status=paused")));
        Assert.Equal([ids[2]], Ids(await service.GetAsync("/receivers?origin=https://list-3.example:443")));
        (await service.GetAsync("/receivers?status=sad")).MustRefuse(400, "invalid_request", "status");
        (await service.GetAsync("/receivers?cursor=x")).MustRefuse(400, "invalid_cursor");
    }

    [Fact]
    public async Task are_paused_and_resumed_again_and_again()
    {
        var id = await OweAsync("paused");

        foreach (var _ in (int[])[1, 2])
        {
            var paused = await PostAsync($"/receivers/{id}/pause");
            Assert.Equal((200, "paused", true), (paused.Status, paused.Text("status"), paused.Has("paused_at")));
        }
        foreach (var _ in (int[])[1, 2])
        {
            var resumed = await PostAsync($"/receivers/{id}/resume");
            Assert.Equal((200, "active", false), (resumed.Status, resumed.Text("status"), resumed.Has("paused_at")));
        }
    }

    [Fact]
    public async Task take_limits_and_give_them_up_again()
    {
        var id = await OweAsync("limited");

        var set = await PatchAsync(id, """{"max_in_flight":4,"rate_per_second":2.5,"lanes":3}""");
        Assert.Equal("""{"max_in_flight":4,"rate_per_second":2.5,"lanes":3}""", Member(set, "limits"));
        Assert.Equal(3, set.Json.GetProperty("lane_ids").GetArrayLength());
        Assert.Equal("""{"max_in_flight":4,"rate_per_second":7,"lanes":3}""", Member(await PatchAsync(id, """{"rate_per_second":7}"""), "limits"));
        Assert.Equal("""{"lanes":1}""", Member(await PatchAsync(id, """{"max_in_flight":0,"rate_per_second":0,"lanes":1}"""), "limits"));
        Assert.Equal("disabled", (await PatchAsync(id, """{"enabled":false}""")).Text("status"));
        Assert.Equal("active", (await PatchAsync(id, """{"enabled":true}""")).Text("status"));
    }

    [Theory]
    [InlineData("""{"max_in_flight":65}""", "max_in_flight")]
    [InlineData("""{"max_in_flight":-1}""", "max_in_flight")]
    [InlineData("""{"rate_per_second":0.001}""", "rate_per_second")]
    [InlineData("""{"rate_per_second":-1}""", "rate_per_second")]
    [InlineData("""{"rate_per_second":10001}""", "rate_per_second")]
    [InlineData("""{"lanes":0}""", "lanes")]
    [InlineData("""{"lanes":17}""", "lanes")]
    public async Task refuse_limits_that_make_no_sense(string json, string named)
    {
        var id = await OweAsync("refusing");
        (await PatchAsync(id, json)).MustRefuse(422, "invalid_request", named);
        Assert.Equal("""{"lanes":1}""", Member(await service.GetAsync($"/receivers/{id}"), "limits"));
    }

    [Theory]
    [InlineData("""{"rate":1}""")]
    [InlineData("""{"lanes":"2"}""")]
    [InlineData("""{"lanes":1.5}""")]
    [InlineData("""[]""")]
    public async Task refuse_what_has_another_shape(string json) =>
        (await PatchAsync(await OweAsync("strict"), json)).MustRefuse(400, "invalid_request");

    [Fact]
    public async Task are_read_by_clients_and_changed_by_admins()
    {
        var id = await OweAsync("roles");
        var client = (await service.PostAsync("/keys", """{"name":"c","role":"client"}""")).Text("key");

        Assert.Equal(200, (await service.GetAsync($"/receivers/{id}", client)).Status);
        Assert.Equal(200, (await service.GetAsync("/receivers", client)).Status);
        Assert.Equal(403, (await service.PostAsync($"/receivers/{id}/pause", null, client)).Status);
        Assert.Equal(403, (await service.SendAsync(HttpMethod.Patch, $"/receivers/{id}", """{"lanes":2}""", client)).Status);
        (await service.GetAsync("/receivers/rcv_00000000000000000000000000")).MustRefuse(404, "not_found");
        (await service.GetAsync("/receivers/nonsense")).MustRefuse(404, "not_found");
    }

    private async Task<string> OweAsync(string host)
    {
        var job = await service.SubmitAsync($$"""{"type":"a","callback_url":"https://{{host}}.example/hook"}""");
        await service.DeleteAsync($"/jobs/{job}");
        return (await service.GetAsync($"/deliveries?job_id={job}")).Json.GetProperty("items")[0].GetProperty("receiver_id").GetString()!;
    }

    private Task<Answer> PostAsync(string path) => service.PostAsync(path, null);

    private Task<Answer> PatchAsync(string id, string json) => service.SendAsync(HttpMethod.Patch, $"/receivers/{id}", json, Service.AdminKey);

    private static string Member(Answer answer, string name) => answer.Json.GetProperty(name).GetRawText();

    private static List<string> Ids(Answer page) => [.. page.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)];
}
