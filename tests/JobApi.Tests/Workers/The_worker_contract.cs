using System.Text.Json;
using Webhooks.Contract;

namespace JobApi.Tests.Workers;

/// <summary>Section by section, over HTTP and with nothing but JSON: each test has a type of job of its own.</summary>
public sealed class The_worker_contract(Bench bench) : IClassFixture<Bench>
{
    [Fact]
    public async Task hands_out_a_job_with_all_that_a_worker_needs()
    {
        var id = await bench.SubmitAsync("all", ""","input":{"a":[1,2]},"metadata":{"k":"v"},"priority":2,"max_attempts":5,"timeout_seconds":90""");

        var job = await bench.TakeAsync("all", ""","lease_seconds":30""");

        Assert.Equal(id, job.GetProperty("id").GetString());
        Assert.Equal(("all", 1, 5, 1, 2), (job.GetProperty("type").GetString(), job.GetProperty("attempt").GetInt32(), job.GetProperty("max_attempts").GetInt32(),
            job.GetProperty("fence").GetInt32(), job.GetProperty("priority").GetInt32()));
        var now = bench.Service.Clock.GetUtcNow();
        Assert.Equal((now.AddSeconds(30), now.AddSeconds(90)), (job.GetProperty("lease_expires_at").GetDateTimeOffset(), job.GetProperty("attempt_ends_at").GetDateTimeOffset()));
        Assert.Equal("""{"a":[1,2]}""", job.GetProperty("input").GetRawText());
        Assert.Equal(id, job.GetProperty("idempotency_token").GetString());
        Assert.False(job.GetProperty("cancel_requested").GetBoolean());
        Assert.Equal("v", job.GetProperty("metadata").GetProperty("k").GetString());
        Assert.False(job.TryGetProperty("checkpoint", out _));
        Assert.NotNull(JsonSerializer.Deserialize<ClaimedJob>(job.GetRawText(), ContractJson.Strict));
        Assert.Equal(204, (await bench.ClaimAsync("all")).Status);
    }

    [Fact]
    public async Task takes_a_result_once_and_answers_the_same_when_it_is_told_again()
    {
        var id = await bench.SubmitAsync("done");
        await bench.TakeAsync("done");

        var first = await bench.TellAsync(id, "complete", """{"result":{"n":1.0}}""", 1);
        var again = await bench.TellAsync(id, "complete", """{"result":{"n":2.0}}""", 1);

        Assert.Equal((200, 200), (first.Status, again.Status));
        Assert.Equal((first.Body, "succeeded", "\"v3\""), (again.Body, again.Text("status"), again.Header("ETag")));
        Assert.Equal("""{"n":1.0}""", (await bench.JobAsync(id)).GetProperty("result").GetRawText());
        Assert.Single(await bench.EventsAsync(id, "job.succeeded"));
        (await bench.TellAsync(id, "fail", """{"error":{"code":"c","message":"m"}}""", 1)).MustRefuse(412, "stale_fence", "Lease-Fence");
    }

    [Fact]
    public async Task refuses_a_zombie_whatever_it_says_and_changes_nothing()
    {
        var id = await bench.SubmitAsync("zombie", ""","callback_url":"https://receiver.example/" """);
        await bench.TakeAsync("zombie");
        await bench.AdvanceAsync(60);
        Assert.Equal(2, (await bench.TakeAsync("zombie")).GetProperty("fence").GetInt32());
        var before = await bench.PictureAsync(id);

        foreach (var (verb, body) in Verbs)
            foreach (var fence in new[] { 1, 3 })
                (await bench.TellAsync(id, verb, body, fence)).MustRefuse(412, "stale_fence", "Lease-Fence");
        Assert.Equal(before, await bench.PictureAsync(id));

        Assert.Equal(200, (await bench.TellAsync(id, "complete", """{"result":"theirs"}""", 2)).Status);
        foreach (var (verb, body) in Verbs)
            (await bench.TellAsync(id, verb, body, 1)).MustRefuse(412, "stale_fence", "Lease-Fence");
        Assert.Equal("theirs", (await bench.JobAsync(id)).GetProperty("result").GetString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("+1")]
    [InlineData(" 1x")]
    [InlineData("99999999999999999999")]
    public async Task wants_the_fence_of_every_call(string? fence)
    {
        var id = await bench.SubmitAsync("fence");
        foreach (var (verb, body) in Verbs)
            (await bench.Service.PostAsync($"/worker/jobs/{id}/{verb}", body, bench.Key, fence is null ? [] : [("Lease-Fence", fence)]))
                .MustRefuse(400, "invalid_request", "Lease-Fence");
    }

    [Fact]
    public async Task keeps_a_lease_for_as_long_as_the_heart_beats_and_the_attempt_may_take()
    {
        var id = await bench.SubmitAsync("beat", ""","timeout_seconds":100""");
        await bench.TakeAsync("beat", ""","lease_seconds":40""");

        await bench.AdvanceAsync(30);
        var now = bench.Service.Clock.GetUtcNow();
        Assert.Equal(now.AddSeconds(40), (await bench.TellAsync(id, "heartbeat", null, 1)).Json.GetProperty("lease_expires_at").GetDateTimeOffset());
        Assert.Equal(now.AddSeconds(20), (await bench.TellAsync(id, "heartbeat", """{"lease_seconds":20}""", 1)).Json.GetProperty("lease_expires_at").GetDateTimeOffset());
        Assert.Equal(now.AddSeconds(70), (await bench.TellAsync(id, "heartbeat", """{"lease_seconds":3600}""", 1)).Json.GetProperty("lease_expires_at").GetDateTimeOffset());
        await bench.AdvanceAsync(69);
        Assert.Equal("running", await bench.StatusAsync(id));
        bench.Service.Clock.Advance(TimeSpan.FromSeconds(1));
        (await bench.TellAsync(id, "complete", "{}", 1)).MustRefuse(412, "stale_fence");

        var job = await bench.JobAsync(id);
        Assert.Equal(("pending", "retry_wait"), (job.GetProperty("status").GetString(), job.GetProperty("pending_reason").GetString()));
        Assert.Equal("timeout", job.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task tells_of_a_cancel_with_the_next_heartbeat_and_takes_the_acknowledgement()
    {
        var id = await bench.SubmitAsync("cancel");
        await bench.TakeAsync("cancel");
        Assert.False((await bench.TellAsync(id, "heartbeat", "{}", 1)).Json.GetProperty("cancel_requested").GetBoolean());
        Assert.Equal(202, (await bench.Service.DeleteAsync($"/jobs/{id}")).Status);

        Assert.True((await bench.TellAsync(id, "heartbeat", "{}", 1)).Json.GetProperty("cancel_requested").GetBoolean());
        Assert.Equal("canceled", (await bench.TellAsync(id, "canceled", null, 1)).Text("status"));
        Assert.Equal(200, (await bench.TellAsync(id, "canceled", null, 1)).Status);
        Assert.Single(await bench.EventsAsync(id, "job.canceled"));
    }

    [Fact]
    public async Task shows_progress_and_hands_the_checkpoint_to_the_next_attempt()
    {
        var id = await bench.SubmitAsync("save");
        await bench.TakeAsync("save");

        await bench.TellAsync(id, "heartbeat", """{"progress":12.5,"progress_message":"reading","checkpoint":{ "page": 7 }}""", 1);
        await bench.TellAsync(id, "heartbeat", """{"progress_message":"still reading"}""", 1);

        var job = await bench.JobAsync(id);
        Assert.Equal((12.5, "still reading"), (job.GetProperty("progress").GetDouble(), job.GetProperty("progress_message").GetString()));
        Assert.Single(await bench.EventsAsync(id, "job.progress"));
        await bench.TellAsync(id, "fail", """{"error":{"code":"c","message":"m"},"retry_after_seconds":0}""", 1);
        Assert.Equal("""{"page":7}""", (await bench.TakeAsync("save")).GetProperty("checkpoint").GetRawText());
    }

    [Fact]
    public async Task appends_each_output_once_in_order_and_none_past_a_gap()
    {
        var id = await bench.SubmitAsync("out");
        await bench.TakeAsync("out");

        var first = await bench.TellAsync(id, "events", """{"outputs":[{"client_seq":1,"data":"a"},{"client_seq":2,"data":{"b":1}}]}""", 1);
        var partly = await bench.TellAsync(id, "events", """{"outputs":[{"client_seq":2,"data":"other"},{"client_seq":3}]}""", 1);
        var repeated = await bench.TellAsync(id, "events", """{"outputs":[{"client_seq":1,"data":"a"}]}""", 1);

        Assert.Equal([(4, 2), (5, 3), (5, 3)], new[] { first, partly, repeated }.Select(a => (a.Json.GetProperty("last_seq").GetInt32(), a.Json.GetProperty("last_client_seq").GetInt32())));
        (await bench.TellAsync(id, "events", """{"outputs":[{"client_seq":5,"data":1}]}""", 1)).MustRefuse(422, "output_gap", "at most 4");
        (await bench.TellAsync(id, "events", """{"outputs":[{"client_seq":4,"data":1},{"client_seq":6,"data":1}]}""", 1)).MustRefuse(422, "output_gap", "outputs[1]");
        Assert.Equal(["\"a\"", """{"b":1}""", "null"], (await bench.EventsAsync(id, "job.output")).Select(e => e.GetProperty("data").GetProperty("output").GetRawText()));

        await bench.AdvanceAsync(60);
        await bench.TakeAsync("out");
        var anew = await bench.TellAsync(id, "events", """{"outputs":[{"client_seq":1,"data":"second attempt"}]}""", 2);
        Assert.Equal(1, anew.Json.GetProperty("last_client_seq").GetInt32());
        Assert.Equal(4, (await bench.EventsAsync(id, "job.output")).Count);
    }

    [Fact]
    public async Task retries_what_may_pass_and_fails_what_may_not()
    {
        var id = await bench.SubmitAsync("fail", ""","backoff":{"base_seconds":100,"factor":3,"max_seconds":200}""");
        await bench.TakeAsync("fail");

        var first = await bench.TellAsync(id, "fail", """{"error":{"code":"busy","message":"later"},"retryable":true,"retry_after_seconds":5}""", 1);
        Assert.Equal(("pending", "retry_wait", "busy"), (first.Text("status"), first.Text("pending_reason"), first.Json.GetProperty("error").GetProperty("code").GetString()));
        await bench.AdvanceAsync(4);
        Assert.Equal(204, (await bench.ClaimAsync("fail")).Status);
        await bench.AdvanceAsync(1);
        await bench.TakeAsync("fail");

        var second = await bench.TellAsync(id, "fail", """{"error":{"code":"busy","message":"later"}}""", 2);
        Assert.InRange((second.Json.GetProperty("next_attempt_at").GetDateTimeOffset() - bench.Service.Clock.GetUtcNow()).TotalSeconds, 200, 220);
        await bench.AdvanceAsync(220);
        await bench.TakeAsync("fail");
        var third = await bench.TellAsync(id, "fail", """{"error":{"code":"bad","message":"never"},"retryable":false}""", 3);
        Assert.Equal("failed", third.Text("status"));
        Assert.Equal(200, (await bench.TellAsync(id, "fail", """{"error":{"code":"bad","message":"never"},"retryable":false}""", 3)).Status);
    }

    [Fact]
    public async Task takes_a_job_back_without_burning_the_attempt()
    {
        var id = await bench.SubmitAsync("release", ""","max_attempts":1""");
        for (var fence = 1; fence <= 3; fence++)
        {
            Assert.Equal((1, fence), await TakenAsync());
            Assert.Equal("pending", (await bench.TellAsync(id, "release", fence == 1 ? null : """{"delay_seconds":20}""", fence)).Text("status"));
            if (fence > 1)
                Assert.Equal(204, (await bench.ClaimAsync("release")).Status);
            await bench.AdvanceAsync(fence == 1 ? 0 : 20);
        }

        async Task<(int, int)> TakenAsync()
        {
            var job = await bench.TakeAsync("release");
            return (job.GetProperty("attempt").GetInt32(), job.GetProperty("fence").GetInt32());
        }
    }

    [Fact]
    public async Task fails_a_job_that_lost_too_many_workers()
    {
        var id = await bench.SubmitAsync("poison", ""","max_attempts":1,"max_lost_leases":2""");
        await bench.TakeAsync("poison");
        await bench.AdvanceAsync(60);
        Assert.Equal(1, (await bench.JobAsync(id)).GetProperty("lost_leases").GetInt32());
        Assert.Equal(1, (await bench.TakeAsync("poison")).GetProperty("lost_leases").GetInt32());
        await bench.AdvanceAsync(60);

        var job = await bench.JobAsync(id);
        Assert.Equal(("failed", "worker_lost"), (job.GetProperty("status").GetString(), job.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task hands_out_up_to_a_hundred_at_once()
    {
        for (var i = 0; i < 120; i++)
            await bench.SubmitAsync("batch");

        Assert.Equal(100, (await bench.ClaimAsync("batch", ""","max":100""")).Json.GetProperty("jobs").GetArrayLength());
        Assert.Equal(20, (await bench.ClaimAsync("batch", ""","max":100""")).Json.GetProperty("jobs").GetArrayLength());
    }

    [Fact]
    public async Task keeps_a_key_to_its_types_and_tenant()
    {
        var bound = await bench.KeyAsync("mine");
        var stranger = await SecondTenant.MakeAsync(bench.Service);
        var id = await bench.SubmitAsync("others");
        (await bench.ClaimAsync("others", key: bound)).MustRefuse(403, "forbidden", "others");
        Assert.Equal(204, (await bench.ClaimAsync("others", key: stranger.Key)).Status);
        await bench.TakeAsync("others");

        foreach (var (verb, body) in Verbs)
            foreach (var key in new[] { bound, stranger.Key })
                (await bench.TellAsync(id, verb, body, 1, key)).MustRefuse(404, "not_found");
        var client = (await bench.Service.PostAsync("/keys", """{"name":"n","role":"client"}""")).Text("key");
        (await bench.ClaimAsync("others", key: client)).MustRefuse(403, "forbidden");
        (await bench.TellAsync(id, "complete", "{}", 1, client)).MustRefuse(403, "forbidden");
        Assert.Equal("running", await bench.StatusAsync(id));
    }

    [Theory]
    [InlineData("""{}""", 400, "types")]
    [InlineData("""{"types":[null]}""", 400, "types")]
    [InlineData("""{"types":[]}""", 422, "types")]
    [InlineData("""{"types":["A B"]}""", 422, "types")]
    [InlineData("""{"types":["a"],"max":0}""", 422, "max")]
    [InlineData("""{"types":["a"],"max":101}""", 422, "max")]
    [InlineData("""{"types":["a"],"wait_seconds":61}""", 422, "wait_seconds")]
    [InlineData("""{"types":["a"],"lease_seconds":9}""", 422, "lease_seconds")]
    [InlineData("""{"types":["a"],"lease_seconds":3601}""", 422, "lease_seconds")]
    [InlineData("""{"types":["a"],"worker_id":""}""", 422, "worker_id")]
    [InlineData("""{"types":["a"],"surprise":1}""", 400, "surprise")]
    public async Task refuses_a_claim_that_breaks_a_rule(string body, int status, string named) =>
        (await bench.Service.PostAsync("/worker/claims", body, bench.Key)).MustRefuse(status, "invalid_request", named);

    [Theory]
    [InlineData("heartbeat", """{"progress":101}""", 422, "progress")]
    [InlineData("heartbeat", """{"progress":-1}""", 422, "progress")]
    [InlineData("heartbeat", """{"lease_seconds":5}""", 422, "lease_seconds")]
    [InlineData("events", """{}""", 400, "outputs")]
    [InlineData("events", """{"outputs":[{}]}""", 400, "client_seq")]
    [InlineData("events", """{"outputs":[{"client_seq":0}]}""", 422, "client_seq")]
    [InlineData("fail", """{}""", 400, "error")]
    [InlineData("fail", """{"error":{"code":"c","message":"m"},"retry_after_seconds":-1}""", 422, "retry_after_seconds")]
    [InlineData("release", """{"delay_seconds":86401}""", 422, "delay_seconds")]
    public async Task refuses_a_report_that_breaks_a_rule(string verb, string body, int status, string named) =>
        (await bench.TellAsync("job_00000000000000000000000000", verb, body, 1)).MustRefuse(status, "invalid_request", named);

    [Fact]
    public async Task takes_a_value_of_one_mebibyte_and_none_that_is_larger()
    {
        var id = await bench.SubmitAsync("large");
        await bench.TakeAsync("large");
        var largest = new string('x', 1024 * 1024 - 2);

        (await bench.TellAsync(id, "heartbeat", $$"""{"checkpoint":"{{largest}}x"}""", 1)).MustRefuse(413, "value_too_large", "checkpoint");
        (await bench.TellAsync(id, "events", $$"""{"outputs":[{"client_seq":1,"data":"{{largest}}x"}]}""", 1)).MustRefuse(413, "value_too_large", "outputs[0].data");
        (await bench.TellAsync(id, "complete", $$"""{"result":"{{largest}}x"}""", 1)).MustRefuse(413, "value_too_large", "result");
        (await bench.TellAsync(id, "complete", $$"""{"result":"{{largest}}{{largest}}"}""", 1)).MustRefuse(413, "body_too_large");
        Assert.Equal(200, (await bench.TellAsync(id, "complete", $$"""{"result":"{{largest}}"}""", 1)).Status);
        Assert.Equal(1024 * 1024, (await bench.Service.GetAsync($"/jobs/{id}/result")).Body.Length);
    }

    private static readonly (string Verb, string? Body)[] Verbs =
    [
        ("heartbeat", """{"progress":99,"checkpoint":"zombie"}"""), ("events", """{"outputs":[{"client_seq":1,"data":"zombie"}]}"""),
        ("complete", """{"result":"zombie"}"""), ("fail", """{"error":{"code":"zombie","message":"m"}}"""), ("release", "{}"), ("canceled", null),
    ];
}
