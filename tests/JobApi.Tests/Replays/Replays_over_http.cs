using JobApi.Replays;
using Microsoft.EntityFrameworkCore;
using Storage;
using Storage.Deliveries;
using Storage.Sql;
using Storage.Tenants;

namespace JobApi.Tests.Replays;

public sealed class Replays_over_http(Service service) : IClassFixture<Service>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task are_counted_begun_and_watched_to_their_end()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        await ParkAsync(tenant, 3);

        var dry = await PostAsync(tenant, """{"filter":{"reason":"retries_exhausted"},"dry_run":true}""");
        var begun = await PostAsync(tenant, """{"filter":{"reason":"retries_exhausted"},"rate_per_second":2}""");
        await service.Get<ReplayChore>().RunOnceAsync(Stop);
        var half = await service.GetAsync(begun.Header("Location"), tenant.Key);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await service.Get<ReplayChore>().RunOnceAsync(Stop);
        var done = await service.GetAsync(begun.Header("Location"), tenant.Key);

        Assert.Equal((200, 3, "parked"), (dry.Status, Number(dry, "count"), dry.Json.GetProperty("filter").GetProperty("status").GetString()));
        Assert.Equal((202, $"/replays/{begun.Text("id")}", "running", 3), (begun.Status, begun.Header("Location"), begun.Text("status"), Number(begun, "matched")));
        Assert.Equal((2, 66.7), (Number(half, "replayed"), half.Json.GetProperty("progress").GetDouble()));
        Assert.Equal(("completed", 3, 0, 100), (done.Text("status"), Number(done, "replayed"), Number(done, "skipped"), Number(done, "progress")));
        Assert.True(done.Has("finished_at") && done.Has("reached_at") && !begun.Has("finished_at") && !begun.Has("reached_at"));
        Assert.Equal(3, (await service.GetAsync("/deliveries?status=pending", tenant.Key)).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task are_paused_resumed_and_canceled()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        var path = (await PostAsync(tenant, """{"filter":{}}""")).Header("Location");

        Assert.Equal("paused", await SteerAsync("pause"));
        Assert.Equal("paused", await SteerAsync("pause"));
        Assert.Equal("running", await SteerAsync("resume"));
        Assert.Equal("canceled", await SteerAsync("cancel"));
        Assert.Equal("canceled", await SteerAsync("cancel"));
        foreach (var late in (string[])["pause", "resume"])
            (await service.PostAsync($"{path}/{late}", null, tenant.Key)).MustRefuse(409, "replay_finished");

        async Task<string> SteerAsync(string what)
        {
            var answer = await service.PostAsync($"{path}/{what}", null, tenant.Key);
            Assert.Equal(200, answer.Status);
            return answer.Text("status");
        }
    }

    [Fact]
    public async Task are_listed_newest_first_and_paged()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            service.Clock.Advance(TimeSpan.FromMilliseconds(1));
            ids.Insert(0, (await PostAsync(tenant, """{"filter":{}}""")).Text("id"));
        }

        var first = await service.GetAsync("/replays?limit=2", tenant.Key);
        var last = await service.GetAsync($"/replays?limit=2&cursor={first.Text("next_cursor")}", tenant.Key);

        Assert.Equal(ids, Ids(first).Concat(Ids(last)));
        Assert.False(last.Has("next_cursor"));
    }

    [Fact]
    public async Task are_one_for_one_idempotency_key()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        const string body = """{"filter":{"reason":"gone"}}""";

        var first = await PostAsync(tenant, body, ("Idempotency-Key", "k"));
        var again = await PostAsync(tenant, body, ("Idempotency-Key", "\"k\""));
        var other = await PostAsync(tenant, """{"filter":{}}""", ("Idempotency-Key", "k"));

        Assert.Equal((202, first.Text("id"), "true"), (again.Status, again.Text("id"), again.Header("Idempotency-Replayed")));
        Assert.Equal("", first.Header("Idempotency-Replayed"));
        other.MustRefuse(422, "idempotency_key_reused");
    }

    [Theory]
    [InlineData("""{}""", 400, "invalid_request", "filter")]
    [InlineData("""{"filter":{},"all":true}""", 400, "invalid_request", "")]
    [InlineData("""{"filter":{"state":"parked"}}""", 400, "invalid_request", "")]
    [InlineData("""{"filter":{"status":"pending"}}""", 422, "invalid_request", "filter.status")]
    [InlineData("""{"filter":{"status":"delivered"}}""", 422, "filter_too_wide", "filter.status")]
    [InlineData("""{"filter":{"receiver_id":"job_00000000000000000000000000"}}""", 422, "invalid_request", "filter.receiver_id")]
    [InlineData("""{"filter":{"event_type":"job.exploded"}}""", 422, "invalid_request", "filter.event_type")]
    [InlineData("""{"filter":{"reason":""}}""", 422, "invalid_request", "filter.reason")]
    [InlineData("""{"filter":{"created_after":"2030-01-02T00:00:00Z","created_before":"2030-01-01T00:00:00Z"}}""", 422, "invalid_request", "filter.created_before")]
    [InlineData("""{"filter":{},"rate_per_second":0}""", 422, "invalid_request", "rate_per_second")]
    [InlineData("""{"filter":{"job_id":"job_00000000000000000000000000"}}""", 404, "not_found", "job")]
    public async Task are_refused_where_a_rule_says_so(string body, int status, string code, string named) =>
        (await service.PostAsync("/replays", body)).MustRefuse(status, code, named);

    [Fact]
    public async Task are_watched_by_clients_and_steered_by_admins()
    {
        var client = (await service.PostAsync("/keys", """{"name":"n","role":"client"}""")).Text("key");
        var path = (await service.PostAsync("/replays", """{"filter":{}}""")).Header("Location");

        Assert.Equal((200, 200), ((await service.GetAsync("/replays", client)).Status, (await service.GetAsync(path, client)).Status));
        foreach (var steered in (string[])["/replays", $"{path}/pause", $"{path}/resume", $"{path}/cancel"])
            (await service.PostAsync(steered, """{"filter":{}}""", client)).MustRefuse(403, "forbidden");
    }

    private Task<Answer> PostAsync(SecondTenant tenant, string body, params (string, string)[] headers) =>
        service.PostAsync("/replays", body, tenant.Key, headers);

    private async Task ParkAsync(SecondTenant tenant, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var job = (await service.PostAsync("/jobs", """{"type":"a","callback_url":"https://receiver.example/"}""", tenant.Key)).Text("id");
            await service.DeleteAsync($"/jobs/{job}", tenant.Key);
        }
        await using var db = service.Get<Database>().CreateContext();
        await db.Deliveries.Where(d => d.TenantId == tenant.Id)
            .ExecuteUpdateAsync(d => d.SetProperty(x => x.Status, DeliveryStatus.Parked).SetProperty(x => x.Reason, "retries_exhausted"), Stop);
    }

    private static int Number(Answer answer, string member) => answer.Json.GetProperty(member).GetInt32();

    private static IEnumerable<string> Ids(Answer page) => page.Json.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetString()!);
}
