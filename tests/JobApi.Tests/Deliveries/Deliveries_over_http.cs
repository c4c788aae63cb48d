using Microsoft.EntityFrameworkCore;
using Storage;
using Storage.Deliveries;
using Storage.Sql;

namespace JobApi.Tests.Deliveries;

public sealed class Deliveries_over_http(Service service) : IClassFixture<Service>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task are_shown_with_what_is_known_of_them()
    {
        var (job, id) = await OweAsync();

        var answer = await service.GetAsync($"/deliveries/{id}");

        Assert.Equal((200, id, job, "job.canceled", "pending"),
            (answer.Status, answer.Text("id"), answer.Text("job_id"), answer.Text("event_type"), answer.Text("status")));
        Assert.StartsWith("rcv_", answer.Text("receiver_id"), StringComparison.Ordinal);
        Assert.Equal((2, 1, 0), (Number(answer, "seq"), Number(answer, "round"), Number(answer, "attempts")));
        Assert.True(answer.Has("due_at") && !answer.Has("delivered_at") && !answer.Has("reason"));
    }

    [Fact]
    public async Task are_filtered_and_paged()
    {
        var (job, id) = await OweAsync(callbacks: 3);

        Assert.Equal(3, Count(await service.GetAsync($"/deliveries?job_id={job}&status=pending&event_type=job.canceled")));
        Assert.Equal(0, Count(await service.GetAsync($"/deliveries?job_id={job}&status=parked")));
        Assert.Equal(0, Count(await service.GetAsync($"/deliveries?job_id={job}&reason=gone")));
        var receiver = (await service.GetAsync($"/deliveries/{id}")).Text("receiver_id");
        var first = await service.GetAsync($"/deliveries?job_id={job}&receiver_id={receiver}&limit=2");
        var last = await service.GetAsync($"/deliveries?job_id={job}&limit=2&cursor={first.Text("next_cursor")}");
        Assert.Equal((2, 1, false), (Count(first), Count(last), last.Has("next_cursor")));
    }

    [Theory]
    [InlineData("status=lost", "status")]
    [InlineData("job_id=7", "job_id")]
    [InlineData("receiver_id=job_00000000000000000000000000", "receiver_id")]
    [InlineData("event_type=job.exploded", "event_type")]
    [InlineData("created_before=now", "created_before")]
    public async Task refuse_filters_that_cannot_be(string query, string named) =>
        (await service.GetAsync($"/deliveries?{query}")).MustRefuse(400, "invalid_request", named);

    [Fact]
    public async Task show_their_attempts_oldest_first()
    {
        var (_, id) = await OweAsync();
        await AttemptAsync(id, 3);

        var first = await service.GetAsync($"/deliveries/{id}/attempts?limit=2");
        var last = await service.GetAsync($"/deliveries/{id}/attempts?limit=2&cursor={first.Text("next_cursor")}");

        Assert.Equal([1, 2], Numbers(first));
        Assert.Equal([3], Numbers(last));
        var attempt = last.Json.GetProperty("items")[0];
        Assert.Equal((503, "status_503", 12L, "busy", "engine-1"), (
            attempt.GetProperty("status_code").GetInt32(), attempt.GetProperty("error").GetString(), attempt.GetProperty("duration_ms").GetInt64(),
            attempt.GetProperty("response_excerpt").GetString(), attempt.GetProperty("engine").GetString()));
        Assert.False(last.Has("next_cursor"));
    }

    [Fact]
    public async Task are_replayed_as_the_next_round_of_the_same_delivery()
    {
        var (_, id) = await OweAsync();
        await ParkAsync(id);
        service.Clock.Advance(TimeSpan.FromSeconds(5));

        var answer = await service.PostAsync($"/deliveries/{id}/replay", null);

        Assert.Equal((202, id, "pending"), (answer.Status, answer.Text("id"), answer.Text("status")));
        Assert.Equal(2, Number(answer, "round"));
        Assert.Equal(service.Clock.GetUtcNow(), answer.Json.GetProperty("due_at").GetDateTimeOffset());
        Assert.False(answer.Has("reason"));
    }

    private async Task<(string Job, string Delivery)> OweAsync(int callbacks = 1)
    {
        var wanted = string.Join(',', Enumerable.Range(0, callbacks).Select(i => $$"""{"url":"https://receiver.example/{{i}}"}"""));
        var job = await service.SubmitAsync($$"""{"type":"a","callbacks":[{{wanted}}]}""");
        await service.DeleteAsync($"/jobs/{job}");
        var listed = await service.GetAsync($"/deliveries?job_id={job}");
        return (job, listed.Json.GetProperty("items")[0].GetProperty("id").GetString()!);
    }

    private async Task AttemptAsync(string id, int count)
    {
        Assert.True(Id<Delivery>.TryParse(id, out var delivery));
        await using var db = service.Get<Database>().CreateContext();
        for (var number = 1; number <= count; number++)
            db.Attempts.Add(new Attempt
            {
                DeliveryId = delivery, Number = number, Round = 1, StartedAt = service.Clock.GetUtcNow(), FinishedAt = service.Clock.GetUtcNow(),
                StatusCode = 503, Error = "status_503", DurationMs = 12, Excerpt = "busy", Engine = "engine-1",
            });
        await db.SaveChangesAsync(Stop);
    }

    private async Task ParkAsync(string id)
    {
        Assert.True(Id<Delivery>.TryParse(id, out var delivery));
        await using var db = service.Get<Database>().CreateContext();
        await db.Deliveries.Where(d => d.Id == delivery)
            .ExecuteUpdateAsync(d => d.SetProperty(x => x.Status, DeliveryStatus.Parked).SetProperty(x => x.Reason, "retries_exhausted"), Stop);
    }

    private static int Number(Answer answer, string member) => answer.Json.GetProperty(member).GetInt32();

    private static int Count(Answer page) => page.Json.GetProperty("items").GetArrayLength();

    private static IEnumerable<int> Numbers(Answer page) => page.Json.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("number").GetInt32());
}
