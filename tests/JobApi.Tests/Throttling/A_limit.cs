using System.Net;
using JobApi.Throttling;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace JobApi.Tests.Throttling;

public sealed class A_limit
{
    [Fact]
    public async Task of_requests_holds_one_key_back_and_no_other()
    {
        await using var service = await Service.StartAsync(_ => { }, ("Limits:RequestsPerMinute", "3"));
        var stranger = await SecondTenant.MakeAsync(service);

        var first = await service.GetAsync("/jobs");
        await service.GetAsync("/jobs");
        await service.GetAsync("/jobs");
        var refused = await service.GetAsync("/jobs");

        Assert.Equal((200, "\"key\";q=3;w=60", "\"key\";r=2;t=20"), (first.Status, first.Header("RateLimit-Policy"), first.Header("RateLimit")));
        refused.MustRefuse(429, "too_many_requests");
        Assert.Equal(("20", "\"key\";r=0;t=60"), (refused.Header("Retry-After"), refused.Header("RateLimit")));
        Assert.Equal(200, (await service.GetAsync("/jobs", stranger.Key)).Status);
        Assert.Equal("", (await service.SendAsync(HttpMethod.Get, "/health/live", null, key: null)).Header("RateLimit"));
        service.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, (await service.GetAsync("/jobs")).Status);
        Assert.Equal(429, (await service.GetAsync("/jobs")).Status);
    }

    [Fact]
    public async Task of_pending_jobs_stops_one_tenant_and_no_other()
    {
        await using var service = await Service.StartAsync(_ => { }, ("Limits:PendingJobs", "3"));
        var stranger = await SecondTenant.MakeAsync(service);
        var first = await service.PostAsync("/jobs", """{"type":"idle"}""", Service.AdminKey, ("Idempotency-Key", "first"));
        await service.SubmitAsync();
        await service.SubmitAsync();

        var refused = await service.PostAsync("/jobs", """{"type":"idle"}""");
        var again = await service.PostAsync("/jobs", """{"type":"idle"}""", Service.AdminKey, ("Idempotency-Key", "first"));

        refused.MustRefuse(429, "too_many_pending_jobs", "3 jobs");
        Assert.Equal("5", refused.Header("Retry-After"));
        Assert.Equal((202, first.Text("id")), (again.Status, again.Text("id")));
        Assert.Equal(202, (await service.PostAsync("/jobs", """{"type":"idle"}""", stranger.Key)).Status);
        await service.DeleteAsync($"/jobs/{first.Text("id")}");
        service.Clock.Advance(PendingQuota.Pause);
        Assert.Equal(202, (await service.PostAsync("/jobs", """{"type":"idle"}""")).Status);
        (await service.PostAsync("/jobs", """{"type":"idle"}""")).MustRefuse(429, "too_many_pending_jobs");
    }

    [Fact]
    public async Task of_pending_jobs_is_never_overshot_by_many_at_once()
    {
        await using var service = await Service.StartAsync(_ => { }, ("Limits:PendingJobs", "10"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => service.PostAsync("/jobs", """{"type":"idle"}""")));

        Assert.Equal(10, answers.Count(answer => answer.Status == 202));
        Assert.Equal(30, answers.Count(answer => answer.Status == 429));
    }

    [Fact]
    public async Task of_wrong_keys_tells_a_guesser_to_wait_and_lets_the_owner_in()
    {
        await using var service = await Service.StartAsync(_ => { }, ("Limits:WrongKeysPerMinute", "2"));

        var answers = new List<Answer>();
        for (var i = 0; i < 3; i++)
            answers.Add(await service.GetAsync("/jobs", $"whk_{i}"));

        Assert.Equal([401, 401, 429], answers.Select(answer => answer.Status));
        Assert.Equal("30", answers[2].Header("Retry-After"));
        Assert.Equal(200, (await service.GetAsync("/jobs")).Status);
        Assert.Equal(401, (await service.SendAsync(HttpMethod.Get, "/jobs", null, key: null)).Status);
        service.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(401, (await service.GetAsync("/jobs", "whk_4")).Status);
    }

    [Theory]
    [InlineData("127.0.0.0/8", 401)] // a known proxy speaks for many
    [InlineData("10.0.0.0/8", 429)] // from anybody else the header is words
    public async Task of_wrong_keys_believes_known_proxies_about_who_asks(string proxies, int forAnother)
    {
        await using var service = await Service.StartAsync(_ => { }, ("Limits:WrongKeysPerMinute", "1"), ("Api:KnownProxies:0", proxies));

        Assert.Equal(401, (await service.GetAsync("/jobs", "whk_1", ("X-Forwarded-For", "192.0.2.1"))).Status);
        Assert.Equal(429, (await service.GetAsync("/jobs", "whk_2", ("X-Forwarded-For", "192.0.2.1"))).Status);
        Assert.Equal(forAnother, (await service.GetAsync("/jobs", "whk_3", ("X-Forwarded-For", "192.0.2.2"))).Status);

        // What a client wrote itself stands before what the proxy adds, and counts for nothing.
        Assert.Equal(429, (await service.GetAsync("/jobs", "whk_4", ("X-Forwarded-For", "198.51.100.7, 192.0.2.1"))).Status);
    }

    [Fact]
    public async Task of_wrong_keys_believes_nobody_where_no_proxy_is_known()
    {
        await using var service = await Service.StartAsync(_ => { }, ("Limits:WrongKeysPerMinute", "1"));

        Assert.Equal(401, (await service.GetAsync("/jobs", "whk_1", ("X-Forwarded-For", "192.0.2.1"))).Status);
        Assert.Equal(429, (await service.GetAsync("/jobs", "whk_2", ("X-Forwarded-For", "192.0.2.2"))).Status);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8::1", "2001:db8::2:3:4:5", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void of_wrong_keys_counts_an_ipv6_network_as_one(string one, string other, bool same)
    {
        var wrong = new WrongKeys(Options.Create(new LimitsOptions { WrongKeysPerMinute = 1 }), new FakeTimeProvider());

        Assert.Null(wrong.Count(IPAddress.Parse(one)));
        Assert.Equal(same, wrong.Count(IPAddress.Parse(other)) is not null);
    }

    [Fact]
    public void that_is_switched_off_counts_nothing()
    {
        var wrong = new WrongKeys(Options.Create(new LimitsOptions { WrongKeysPerMinute = 0 }), new FakeTimeProvider());

        for (var i = 0; i < 1000; i++)
            Assert.Null(wrong.Count(IPAddress.Loopback));
    }

    [Fact]
    public void is_kept_over_any_minute_however_the_takes_are_spread()
    {
        var clock = new FakeTimeProvider();
        var allowances = new Allowances<int>(60, TimeSpan.FromMinutes(1), clock);
        var chance = new Random(7);
        var taken = new List<DateTimeOffset>();
        for (var i = 0; i < 5000; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(chance.Next(0, 900)));
            if (allowances.Take(1).Granted)
                taken.Add(clock.GetUtcNow());
        }

        // At once after a pause, and evenly from then on: a minute never sees more than two allowances.
        Assert.All(taken, (at, i) => Assert.True(taken.Skip(i).TakeWhile(other => other - at < TimeSpan.FromMinutes(1)).Count() <= 120));
        var minutes = (taken[^1] - taken[0]).TotalMinutes;
        Assert.InRange(taken.Count, minutes * 60 * 0.95, minutes * 60 + 61);
    }
}
