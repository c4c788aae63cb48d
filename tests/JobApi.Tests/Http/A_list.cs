namespace JobApi.Tests.Http;

public sealed class A_list(Service service) : IClassFixture<Service>
{
    [Theory]
    [InlineData("/jobs", "sort=created_at", "sort")]
    [InlineData("/jobs", "statu=failed", "statu")]
    [InlineData("/jobs", "limit=1&tenant=other", "tenant")]
    [InlineData("/deliveries", "order_by=id%3Bdrop", "order_by")]
    [InlineData("/deliveries", "state=parked", "state")]
    [InlineData("/receivers", "sort=origin", "sort")]
    [InlineData("/replays", "status=done", "status")]
    [InlineData("/workers", "type=a", "type")]
    [InlineData("/types", "paused=true", "paused")]
    [InlineData("/keys", "role=admin", "role")]
    public async Task refuses_a_parameter_that_it_does_not_have(string list, string query, string name)
    {
        var answer = await service.GetAsync($"{list}?{query}");

        answer.MustRefuse(400, "invalid_request");
        Assert.StartsWith($"{name}: ", answer.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("limit", answer.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/jobs?status=failed&type=a&created_after=2030-01-02T03:04:05Z&created_before=2030-01-02T03:04:05Z&limit=1")]
    [InlineData("/jobs?LIMIT=1&Status=failed")]
    [InlineData("/deliveries?status=parked&reason=gone&event_type=job.failed&created_after=2030-01-02T03:04:05Z&limit=1")]
    [InlineData("/receivers?status=paused&origin=https://a.example:443&limit=1")]
    public async Task takes_those_that_it_has(string list) => Assert.Equal(200, (await service.GetAsync(list)).Status);
}
