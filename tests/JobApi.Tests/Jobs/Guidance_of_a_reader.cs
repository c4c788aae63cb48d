using JobApi.Jobs;
using Storage;
using Storage.Jobs;
using Storage.Tenants;

namespace JobApi.Tests.Jobs;

public sealed class Guidance_of_a_reader(Service service) : IClassFixture<Service>
{
    private static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(40, 10)]
    [InlineData(1000, 60)]
    public void about_a_type_that_nobody_knows_is_a_quarter_of_the_jobs_age(int age, int wait) => Assert.Equal(wait, Wait(new(), age));

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 2)]
    [InlineData(4, 6)]
    [InlineData(9, 1)]
    [InlineData(10, 2.5)]
    [InlineData(100, 25)]
    public void about_a_type_that_is_known_is_when_half_of_those_like_it_have_ended(int age, double wait)
    {
        var durations = new Durations();
        foreach (var seconds in (int[])[10, 1, 4, 2, 3])
            durations.Observe(Ended(seconds));

        Assert.Equal(wait, Wait(durations, age));
    }

    [Fact]
    public void follows_what_happened_lately()
    {
        var durations = new Durations();
        for (var i = 0; i < 64; i++)
            durations.Observe(Ended(50));
        for (var i = 0; i < 64; i++)
            durations.Observe(Ended(5));

        Assert.Equal(5, Wait(durations, 0));
    }

    [Fact]
    public void comes_from_the_tenants_own_jobs()
    {
        var durations = new Durations();
        durations.Observe(Ended(50, TenantStore.DefaultId));

        Assert.Null(durations.MedianLeft(Id<Tenant>.New(Start), "t", TimeSpan.Zero));
        Assert.Null(durations.MedianLeft(TenantStore.DefaultId, "other", TimeSpan.Zero));
    }

    [Fact]
    public async Task learns_from_jobs_that_end()
    {
        var first = await Results.Worker.ClaimAsync(service);
        var type = (await service.GetAsync($"/jobs/{first.Job}")).Text("type");
        service.Clock.Advance(TimeSpan.FromSeconds(33));
        await first.CompleteAsync();

        var second = await service.PostAsync("/jobs", $$"""{"type":"{{type}}"}""");

        Assert.Equal("33", second.Header("Retry-After"));
    }

    [Fact]
    public async Task says_where_things_are_for_as_long_as_they_are_there()
    {
        var accepted = await service.PostAsync("/jobs", """{"type":"idle"}""");
        var path = $"/jobs/{accepted.Text("id")}";
        var canceled = await service.DeleteAsync(path);

        Assert.Equal(
            $"<{path}>; rel=\"status\", <{path}/events>; rel=\"events\", <{path}/result>; rel=\"result\", <{path}>; rel=\"cancel\"", accepted.Header("Link"));
        Assert.Equal($"<{path}>; rel=\"status\", <{path}/events>; rel=\"events\"", canceled.Header("Link"));
    }

    private double Wait(Durations durations, int age) =>
        new Guidance(durations, service.Get<JobApi.Http.Links>()).WaitFor(Job(), Start.AddSeconds(age))!.Value.TotalSeconds;

    private static Job Ended(int seconds, Id<Tenant>? tenant = null)
    {
        var job = Job(tenant);
        job.FinishedAt = Start.AddSeconds(seconds);
        return job;
    }

    private static Job Job(Id<Tenant>? tenant = null) => new()
    {
        Id = Id<Job>.New(Start), TenantId = tenant ?? TenantStore.DefaultId, Type = "t", Priority = 5, MaxAttempts = 3, CreatedAt = Start, TimeoutSeconds = 600,
        TtlSeconds = 60, Input = [], Status = JobStatus.Running, StartedAt = Start, DueAt = Start,
    };
}
