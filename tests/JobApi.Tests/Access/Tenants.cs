namespace JobApi.Tests.Access;

public sealed class Tenants(Service service) : IClassFixture<Service>
{
    private sealed record Belongings(string Job, string Callback, string Delivery, string Key, string SigningKey)
    {
        public string[] All => [Job, Callback, Delivery, Key, SigningKey];
    }

    [Fact]
    public async Task never_reach_each_others_things_by_any_route_and_any_id()
    {
        var stranger = await SecondTenant.MakeAsync(service);
        var theirs = await OwnAsync(stranger.Key);
        var routes = Route.All(service).Where(r => r.Pattern.Contains("{id}", StringComparison.Ordinal)).ToList();
        var before = await SnapshotAsync(stranger.Key, theirs);

        Assert.True(routes.Count >= 13, $"only {routes.Count} routes");
        foreach (var route in routes)
            foreach (var id in theirs.All)
            {
                var answer = await service.SendAsync(route.Method, route.At(id, theirs.Callback), route.Body, Service.AdminKey, route.Headers);
                Assert.True(answer.Status == 404, $"{route} with {id}: {answer.Status}");
                Assert.Equal("not_found", answer.Text("code"));
            }
        Assert.Equal(before, await SnapshotAsync(stranger.Key, theirs));
    }

    [Fact]
    public async Task reach_their_own_things_by_the_same_routes()
    {
        var stranger = await SecondTenant.MakeAsync(service);
        foreach (var route in Route.All(service).Where(r => r.Pattern.Contains("{id}", StringComparison.Ordinal)))
        {
            var own = await OwnAsync(stranger.Key);
            var id = route.Pattern.Split('/')[1] switch
            {
                "jobs" or "worker" => own.Job, "deliveries" => own.Delivery, "signing-secret" => own.SigningKey, _ => own.Key,
            };
            var answer = await service.SendAsync(route.Method, route.At(id, own.Callback), route.Body, stranger.Key, route.Headers);
            Assert.True(answer.Status is >= 200 and < 300 or 409 or 412, $"{route}: {answer.Status} {answer.Body}");
        }
    }

    [Fact]
    public async Task do_not_see_each_other_in_lists()
    {
        var stranger = await SecondTenant.MakeAsync(service);
        var theirs = await OwnAsync(stranger.Key);

        foreach (var list in (string[])["/jobs", "/deliveries", "/keys", "/signing-secret", $"/deliveries?job_id={theirs.Job}"])
            foreach (var id in theirs.All)
                Assert.DoesNotContain(id, (await service.GetAsync(list)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task are_known_from_the_key_alone()
    {
        var stranger = await SecondTenant.MakeAsync(service);
        var theirs = await OwnAsync(stranger.Key);

        foreach (var header in (string[])["X-Tenant-Id", "Tenant", "X-Forwarded-User"])
            (await service.GetAsync($"/jobs/{theirs.Job}?tenant={stranger.Id}&tenant_id={stranger.Id}", Service.AdminKey, (header, stranger.Id.ToString())))
                .MustRefuse(404, "not_found");
        Assert.DoesNotContain(theirs.Job, (await service.GetAsync($"/jobs?tenant={stranger.Id}")).Body, StringComparison.Ordinal);
    }

    private async Task<Belongings> OwnAsync(string key)
    {
        var job = (await service.PostAsync("/jobs", """{"type":"theirs","callback_url":"https://receiver.example/"}""", key)).Text("id");
        await service.DeleteAsync($"/jobs/{job}", key);
        var callback = (await service.GetAsync($"/jobs/{job}/callbacks", key)).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        var delivery = (await service.GetAsync($"/deliveries?job_id={job}", key)).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        var spare = (await service.PostAsync("/keys", """{"name":"spare","role":"client"}""", key)).Text("id");
        var signing = (await service.PostAsync("/signing-secret/rotate", """{"scheme":"v1a","overlap_hours":0}""", key)).Text("id");
        return new(job, callback, delivery, spare, signing);
    }

    private async Task<string> SnapshotAsync(string key, Belongings own) => string.Concat(await Task.WhenAll(
        ((string[])[$"/jobs/{own.Job}", $"/jobs/{own.Job}/callbacks", $"/deliveries/{own.Delivery}", "/keys", "/signing-secret"]).Select(async path => (await service.GetAsync(path, key)).Body)));
}
