namespace JobApi.Tests.Access;

public sealed class Tenants(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task never_reach_each_others_things_by_any_route_and_any_id()
    {
        var stranger = await SecondTenant.MakeAsync(service);
        var theirs = await Belongings.MakeAsync(service, stranger.Key);
        var routes = Route.All(service).Where(r => r.Pattern.Contains("{id}", StringComparison.Ordinal)).ToList();
        var before = await theirs.SnapshotAsync(service);

        Assert.True(routes.Count >= 13, $"only {routes.Count} routes");
        foreach (var route in routes)
            foreach (var id in theirs.All)
            {
                var answer = await service.SendAsync(route.Method, route.At(id, theirs.Callback), route.Body, Service.AdminKey, route.Headers);
                Assert.True(answer.Status == 404, $"{route} with {id}: {answer.Status}");
                Assert.Equal("not_found", answer.Text("code"));
            }
        Assert.Equal(before, await theirs.SnapshotAsync(service));
    }

    [Fact]
    public async Task reach_their_own_things_by_the_same_routes()
    {
        var stranger = await SecondTenant.MakeAsync(service);
        foreach (var route in Route.All(service).Where(r => r.Pattern.Contains("{id}", StringComparison.Ordinal)))
        {
            var own = await Belongings.MakeAsync(service, stranger.Key);
            var answer = await service.SendAsync(route.Method, route.At(own.IdFor(route), own.Callback), route.Body, stranger.Key, route.Headers);
            Assert.True(answer.Status is >= 200 and < 300 or 409 or 412, $"{route}: {answer.Status} {answer.Body}");
        }
    }

    [Fact]
    public async Task do_not_see_each_other_in_lists()
    {
        var stranger = await SecondTenant.MakeAsync(service);
        var theirs = await Belongings.MakeAsync(service, stranger.Key);

        var lists = Route.All(service).Where(r => r.Method == HttpMethod.Get && r.NeedsKey && !r.Pattern.Contains('{', StringComparison.Ordinal))
            .Select(r => r.Pattern).ToList();
        Assert.True(lists.Count >= 5, $"only {lists.Count} lists");
        foreach (var list in lists.Append($"/deliveries?job_id={theirs.Ids["jobs"]}"))
            foreach (var id in theirs.All)
                Assert.DoesNotContain(id, (await service.GetAsync(list)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task are_known_from_the_key_alone()
    {
        var stranger = await SecondTenant.MakeAsync(service);
        var theirs = await Belongings.MakeAsync(service, stranger.Key);

        foreach (var header in (string[])["X-Tenant-Id", "Tenant", "X-Forwarded-User"])
            (await service.GetAsync($"/jobs/{theirs.Ids["jobs"]}?tenant={stranger.Id}&tenant_id={stranger.Id}", Service.AdminKey, (header, stranger.Id.ToString())))
                .MustRefuse(404, "not_found");
        Assert.DoesNotContain(theirs.Ids["jobs"], (await service.GetAsync($"/jobs?tenant={stranger.Id}")).Body, StringComparison.Ordinal);
    }
}
