using JobApi.Tests.Workers;

namespace JobApi.Tests.Types;

public sealed class Types_and_workers(Bench bench) : IClassFixture<Bench>
{
    [Fact]
    public async Task are_what_a_pending_job_waits_for()
    {
        var id = await bench.SubmitAsync("why");
        Assert.Equal("no_worker", await ReasonAsync(id));
        Assert.Contains("\"no_worker\"", (await bench.Service.GetAsync("/jobs?type=why")).Body, StringComparison.Ordinal);

        var claim = bench.ClaimAsync("why2", ",\"wait_seconds\":1");
        await bench.WaitingAsync(1);
        var second = await bench.SubmitAsync("why2");
        Assert.Contains(second, (await claim).Body, StringComparison.Ordinal);
        var third = await bench.SubmitAsync("why2");
        Assert.Equal("queued", await ReasonAsync(third));

        Assert.Equal(200, (await PutAsync("/types/why2", """{"max_running":1}""")).Status);
        Assert.Equal("concurrency_limited", await ReasonAsync(third));
        await bench.Service.PostAsync("/types/why2/pause", null);
        Assert.Equal("paused", await ReasonAsync(third));
        await bench.Service.PostAsync("/types/why2/resume", null);
        await PutAsync("/types/why2", "{}");
        Assert.Equal("queued", await ReasonAsync(third));
        Assert.Equal(200, (await PutAsync("/limits", """{"max_running":1}""")).Status);
        Assert.Equal("concurrency_limited", await ReasonAsync(third));
        Assert.Equal(1, (await bench.Service.GetAsync("/limits")).Json.GetProperty("max_running").GetInt32());
        await PutAsync("/limits", """{"max_running":null}""");
        await bench.AdvanceAsync(100);
        Assert.Equal("no_worker", await ReasonAsync(third));
    }

    [Fact]
    public async Task are_listed()
    {
        var id = await bench.SubmitAsync("listed");
        await bench.SubmitAsync("listed");
        await bench.Service.PostAsync("/worker/claims", """{"types":["listed","spare"],"max":2,"worker_id":"lister","worker_version":"1.2"}""", bench.Key);
        await bench.TellAsync(id, "complete", "{}", 1);
        await PutAsync("/types/listed", """{"max_running":7}""");
        await bench.Service.PostAsync("/types/paused/pause", null);

        var types = (await bench.Service.GetAsync("/types?limit=200")).Json.GetProperty("items").EnumerateArray().ToDictionary(t => t.GetProperty("type").GetString()!);
        var worker = (await bench.Service.GetAsync("/workers?limit=200")).Json.GetProperty("items").EnumerateArray().Single(w => w.GetProperty("id").GetString() == "lister");

        Assert.Equal("""{"type":"listed","paused":false,"max_running":7,"running":1,"workers":1}""", types["listed"].GetRawText());
        Assert.Equal("""{"type":"paused","paused":true,"running":0,"workers":0}""", types["paused"].GetRawText());
        Assert.Equal((1, 1, 0, "1.2", true, false), (worker.GetProperty("held").GetInt32(), worker.GetProperty("finished").GetInt32(), worker.GetProperty("failed").GetInt32(),
            worker.GetProperty("version").GetString(), worker.GetProperty("live").GetBoolean(), worker.GetProperty("in_process").GetBoolean()));
        Assert.Equal(["listed", "spare"], worker.GetProperty("types").EnumerateArray().Select(t => t.GetString()));
    }

    [Fact]
    public async Task are_paged_by_name()
    {
        foreach (var name in new[] { "p3", "p1", "p2" })
            await bench.Service.PostAsync("/worker/claims", $$"""{"types":["paged"],"worker_id":"{{name}}"}""", bench.Key);

        var seen = new List<string>();
        for (var cursor = ""; ;)
        {
            var page = (await bench.Service.GetAsync($"/workers?limit=2{cursor}")).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(w => w.GetProperty("id").GetString()!));
            if (!page.TryGetProperty("next_cursor", out var next))
                break;
            cursor = $"&cursor={next.GetString()}";
        }

        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Equal(["p1", "p2", "p3"], seen.Where(name => name.StartsWith('p')));
        (await bench.Service.GetAsync("/workers?cursor=bm9uZXNlbnNl")).MustRefuse(400, "invalid_cursor", "cursor");
    }

    [Fact]
    public async Task are_each_tenants_own()
    {
        var stranger = await SecondTenant.MakeAsync(bench.Service);
        await bench.ClaimAsync("secret-type");
        await PutAsync("/limits", """{"max_running":100}""");

        Assert.DoesNotContain("secret-type", (await bench.Service.GetAsync("/types", stranger.Key)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-type", (await bench.Service.GetAsync("/workers", stranger.Key)).Body, StringComparison.Ordinal);
        Assert.Equal("{}", (await bench.Service.GetAsync("/limits", stranger.Key)).Body);
        await PutAsync("/limits", "{}");
    }

    [Theory]
    [InlineData("PUT", "/types/A%20B", """{"max_running":1}""", 404)]
    [InlineData("POST", "/types/A%20B/pause", null, 404)]
    [InlineData("PUT", "/types/a", """{"max_running":0}""", 422)]
    [InlineData("PUT", "/types/a", """{"max_running":"1"}""", 400)]
    [InlineData("PUT", "/limits", """{"max_running":1000001}""", 422)]
    public async Task refuse_what_breaks_a_rule(string method, string path, string? body, int status) =>
        Assert.Equal(status, (await bench.Service.SendAsync(new HttpMethod(method), path, body, Service.AdminKey)).Status);

    private async Task<string?> ReasonAsync(string id) => (await bench.JobAsync(id)).GetProperty("pending_reason").GetString();

    private Task<Answer> PutAsync(string path, string body) => bench.Service.SendAsync(HttpMethod.Put, path, body, Service.AdminKey);
}
