using System.Globalization;
using JobApi.Access;
using Storage;
using Storage.Tenants;

namespace JobApi.Tests.Keys;

public sealed class An_api_key(Service service) : IClassFixture<Service>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task is_shown_once_and_works_until_it_is_revoked()
    {
        var made = await service.PostAsync("/keys", """{"name":"ci","role":"client"}""");
        var key = made.Text("key");

        Assert.Equal((201, "no-store"), (made.Status, made.Header("Cache-Control")));
        Assert.Matches("^whk_[0-9a-f]{64}$", key);
        Assert.Equal(200, (await service.GetAsync("/jobs", key)).Status);
        Assert.DoesNotContain(key, (await service.GetAsync("/keys")).Body, StringComparison.Ordinal);

        var revoked = await service.DeleteAsync($"/keys/{made.Text("id")}");

        Assert.Equal(200, revoked.Status);
        Assert.True(revoked.Has("revoked_at") && !revoked.Has("key"));
        (await service.GetAsync("/jobs", key)).MustRefuse(401, "unauthorized");
        Assert.Equal(revoked.Body, (await service.DeleteAsync($"/keys/{made.Text("id")}")).Body);
    }

    [Fact]
    public async Task that_another_process_revoked_stops_working_within_five_seconds()
    {
        var made = await service.PostAsync("/keys", """{"name":"elsewhere","role":"client"}""");
        Assert.Equal(200, (await service.GetAsync("/jobs", made.Text("key"))).Status);
        Assert.True(Id<ApiKey>.TryParse(made.Text("id"), out var id));

        await service.Get<TenantStore>().RevokeKeyAsync(TenantStore.DefaultId, id, Stop);

        Assert.InRange(KeyCache.MaxAge, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        service.Clock.Advance(KeyCache.MaxAge);
        Assert.Equal(401, (await service.GetAsync("/jobs", made.Text("key"))).Status);
    }

    [Fact]
    public async Task ends_at_its_time()
    {
        var end = service.Clock.GetUtcNow().AddSeconds(2).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var made = await service.PostAsync("/keys", $$"""{"name":"short","role":"client","expires_at":"{{end}}"}""");
        Assert.Equal(200, (await service.GetAsync("/jobs", made.Text("key"))).Status);

        service.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(end, made.Text("expires_at"));
        Assert.Equal(401, (await service.GetAsync("/jobs", made.Text("key"))).Status);
    }

    [Fact]
    public async Task of_a_worker_may_be_bound_to_types()
    {
        var made = await service.PostAsync("/keys", """{"name":"worker","role":"worker","types":["a","b.c"]}""");

        Assert.Equal(["a", "b.c"], made.Json.GetProperty("types").EnumerateArray().Select(t => t.GetString()));
    }

    [Fact]
    public async Task that_is_the_last_for_administration_is_not_revoked()
    {
        var other = await SecondTenant.MakeAsync(service);
        var only = (await service.GetAsync("/keys", other.Key)).Json.GetProperty("items")[0].GetProperty("id").GetString();

        (await service.DeleteAsync($"/keys/{only}", other.Key)).MustRefuse(409, "last_admin_key");
        await service.PostAsync("/keys", """{"name":"heir","role":"admin"}""", other.Key);
        Assert.Equal(200, (await service.DeleteAsync($"/keys/{only}", other.Key)).Status);
    }

    [Theory]
    [InlineData("{\"role\":\"client\"}", 400, "name")]
    [InlineData("{\"name\":\"n\"}", 400, "role")]
    [InlineData("{\"name\":\"n\",\"role\":1}", 400, "role")]
    [InlineData("{\"name\":\"n\",\"role\":\"client\",\"key\":\"mine\"}", 400, "key")]
    [InlineData("{\"name\":\"n\",\"role\":\"worker\",\"types\":[null]}", 400, "types")]
    [InlineData("{\"name\":\"\",\"role\":\"client\"}", 422, "name")]
    [InlineData("{\"name\":\"a\\u0000\",\"role\":\"client\"}", 422, "name")]
    [InlineData("{\"name\":\"a\\udfff\",\"role\":\"client\"}", 422, "surrogate")]
    [InlineData("{\"name\":\"n\",\"role\":\"root\"}", 422, "role")]
    [InlineData("{\"name\":\"n\",\"role\":\"Admin\"}", 422, "role")]
    [InlineData("{\"name\":\"n\",\"role\":\"client\",\"types\":[\"a\"]}", 422, "types")]
    [InlineData("{\"name\":\"n\",\"role\":\"worker\",\"types\":[\"A B\"]}", 422, "types")]
    [InlineData("{\"name\":\"n\",\"role\":\"worker\",\"types\":[]}", 422, "types")]
    [InlineData("{\"name\":\"n\",\"role\":\"client\",\"expires_at\":\"2030-01-01T00:00:00Z\"}", 422, "expires_at")]
    public async Task is_not_made_from_what_a_rule_forbids(string body, int status, string named) =>
        (await service.PostAsync("/keys", body)).MustRefuse(status, "invalid_request", named);

    [Fact]
    public async Task is_listed_page_by_page()
    {
        var other = await SecondTenant.MakeAsync(service);
        service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await service.PostAsync("/keys", """{"name":"second","role":"client"}""", other.Key);

        var first = await service.GetAsync("/keys?limit=1", other.Key);
        var last = await service.GetAsync($"/keys?limit=1&cursor={first.Text("next_cursor")}", other.Key);

        Assert.Equal("second", first.Json.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal("theirs", last.Json.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.False(last.Has("next_cursor"));
    }
}
