using Storage;
using Storage.Tenants;
using WebhookVerifier;

namespace JobApi.Tests.Signing;

public sealed class Public_keys(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task are_made_by_a_rotation_that_never_shows_the_private_half()
    {
        var tenant = await SecondTenant.MakeAsync(service);

        var made = await service.PostAsync("/signing-secret/rotate", """{"scheme":"v1a"}""", tenant.Key);

        Assert.Equal((200, "v1a", "no-store"), (made.Status, made.Text("scheme"), made.Header("Cache-Control")));
        Assert.True(Ed25519PublicKey.TryParse(made.Text("public_key"), out _));
        Assert.False(made.Has("secret"));
    }

    [Fact]
    public async Task are_shown_to_anybody_who_names_their_issuer()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        var old = await service.PostAsync("/signing-secret/rotate", """{"scheme":"v1a"}""", tenant.Key);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        var made = await service.PostAsync("/signing-secret/rotate", """{"scheme":"v1a","overlap_hours":2}""", tenant.Key);
        var url = (await service.GetAsync("/signing-secret", tenant.Key)).Text("public_keys_url");

        var shown = await ReadAsync(url);

        Assert.Equal((200, "public, max-age=60"), (shown.Status, shown.Header("Cache-Control")));
        var keys = shown.Json.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal([made.Text("public_key"), old.Text("public_key")], keys.Select(key => key.GetProperty("public_key").GetString()));
        Assert.Equal(["id", "scheme", "public_key"], keys[0].EnumerateObject().Select(member => member.Name));
        Assert.True(keys[1].TryGetProperty("active_until", out _));

        service.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Single((await ReadAsync(url)).Json.GetProperty("keys").EnumerateArray());
    }

    [Fact]
    public async Task tell_nothing_of_other_issuers()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        var made = await service.PostAsync("/signing-secret/rotate", """{"scheme":"v1a"}""", tenant.Key);
        var stranger = (await SecondTenant.MakeAsync(service)).Id;

        var ours = await ReadAsync("/.well-known/webhook-keys");
        var theirs = await ReadAsync($"/.well-known/webhook-keys?issuer={stranger}");
        var nobodys = await ReadAsync($"/.well-known/webhook-keys?issuer={Id<Tenant>.New(service.Clock.GetUtcNow())}");

        Assert.Equal(TenantStore.DefaultId.ToString(), ours.Text("issuer"));
        Assert.DoesNotContain(made.Text("public_key"), ours.Body + theirs.Body, StringComparison.Ordinal);
        Assert.Equal(theirs.Body.Replace(theirs.Text("issuer"), "", StringComparison.Ordinal), nobodys.Body.Replace(nobodys.Text("issuer"), "", StringComparison.Ordinal));
        (await ReadAsync("/.well-known/webhook-keys?issuer=' OR 1=1")).MustRefuse(400, "invalid_request", "issuer");
    }

    private Task<Answer> ReadAsync(string url) => service.SendAsync(HttpMethod.Get, url, null, key: null);
}
