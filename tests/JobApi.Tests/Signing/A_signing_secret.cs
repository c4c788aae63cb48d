using System.Text.Json;
using Storage;
using Storage.Tenants;
using WebhookVerifier;

namespace JobApi.Tests.Signing;

public sealed class A_signing_secret(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task is_listed_without_itself()
    {
        var tenant = await SecondTenant.MakeAsync(service);

        var listed = await service.GetAsync("/signing-secret", tenant.Key);

        var only = Assert.Single(Items(listed));
        Assert.Equal(["id", "scheme", "created_at", "active"], only.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("v1", true), (only.GetProperty("scheme").GetString(), only.GetProperty("active").GetBoolean()));
        Assert.Equal($"/.well-known/webhook-keys?issuer={tenant.Id}", listed.Text("public_keys_url"));
    }

    [Fact]
    public async Task is_shown_once_by_the_rotation_that_makes_it()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        service.Clock.Advance(TimeSpan.FromSeconds(1)); // two ids of one millisecond have no order

        var made = await service.PostAsync("/signing-secret/rotate", """{"overlap_hours":24}""", tenant.Key);

        Assert.Equal((200, "no-store"), (made.Status, made.Header("Cache-Control")));
        Assert.True(WebhookSecret.TryParse(made.Text("secret"), out _));
        var listed = await service.GetAsync("/signing-secret", tenant.Key);
        Assert.DoesNotContain("whsec_", listed.Body, StringComparison.Ordinal);
        Assert.Equal([made.Text("id"), null], Items(listed).Select(key => key.TryGetProperty("expires_at", out _) ? null : key.GetProperty("id").GetString()));
        Assert.Equal(service.Clock.GetUtcNow().AddDays(1), Items(listed)[1].GetProperty("expires_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task ends_when_its_overlap_does()
    {
        var own = await Service.StartAsync(_ => { });
        await using var _ = own;
        await own.PostAsync("/signing-secret/rotate", """{"overlap_hours":1}""");
        Assert.All(Items(await own.GetAsync("/signing-secret")), key => Assert.True(key.GetProperty("active").GetBoolean()));

        own.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal([true, false], Items(await own.GetAsync("/signing-secret")).Select(key => key.GetProperty("active").GetBoolean()));
    }

    [Fact]
    public async Task is_one_of_ten_at_the_most()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        for (var i = 1; i < 10; i++)
        {
            service.Clock.Advance(TimeSpan.FromMilliseconds(1)); // else none of them is the oldest
            Assert.Equal(200, (await service.PostAsync("/signing-secret/rotate", "{}", tenant.Key)).Status);
        }

        (await service.PostAsync("/signing-secret/rotate", "{}", tenant.Key)).MustRefuse(409, "too_many_signing_keys", "10 keys");

        var oldest = Items(await service.GetAsync("/signing-secret", tenant.Key))[^1].GetProperty("id").GetString();
        Assert.Equal(200, (await service.DeleteAsync($"/signing-secret/{oldest}", tenant.Key)).Status);
        Assert.Equal(200, (await service.PostAsync("/signing-secret/rotate", "{}", tenant.Key)).Status);
    }

    [Fact]
    public async Task that_is_the_newest_is_not_retired()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        var newest = (await service.PostAsync("/signing-secret/rotate", "{}", tenant.Key)).Text("id");

        (await service.DeleteAsync($"/signing-secret/{newest}", tenant.Key)).MustRefuse(409, "signing_key_in_use", "rotate first");
        (await service.DeleteAsync("/signing-secret/sgk_nonsense", tenant.Key)).MustRefuse(404, "not_found");
    }

    [Theory]
    [InlineData("", 400, "body")]
    [InlineData("[]", 400, "$")]
    [InlineData("{\"overlap_hours\":\"24\"}", 400, "overlap_hours")]
    [InlineData("{\"overlap_hours\":1.5}", 400, "overlap_hours")]
    [InlineData("{\"secret\":\"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz\"}", 400, "secret")]
    [InlineData("{\"overlap_hours\":-1}", 422, "overlap_hours")]
    [InlineData("{\"overlap_hours\":721}", 422, "overlap_hours")]
    [InlineData("{\"scheme\":\"v2\"}", 422, "scheme")]
    public async Task is_not_made_from_what_a_rule_forbids(string body, int status, string named) =>
        (await service.PostAsync("/signing-secret/rotate", body)).MustRefuse(status, "invalid_request", named);

    [Theory]
    [InlineData("client")]
    [InlineData("worker")]
    public async Task is_an_administrators_matter(string role)
    {
        var key = (await service.PostAsync("/keys", $$"""{"name":"n","role":"{{role}}"}""")).Text("key");

        (await service.GetAsync("/signing-secret", key)).MustRefuse(403, "forbidden");
        (await service.PostAsync("/signing-secret/rotate", "{}", key)).MustRefuse(403, "forbidden");
    }

    [Fact]
    public async Task may_be_replaced_when_the_key_ring_that_sealed_it_is_lost()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        await using (var db = service.Get<Storage.Sql.Database>().CreateContext())
        {
            (await db.Tenants.FindAsync([tenant.Id], TestContext.Current.CancellationToken))!.SigningSecret = [1, 2, 3];
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var made = await service.PostAsync("/signing-secret/rotate", """{"overlap_hours":0}""", tenant.Key);

        Assert.Equal(200, made.Status);
        var active = (await service.Get<SigningKeyStore>().ListAsync(tenant.Id, TestContext.Current.CancellationToken))
            .Where(key => key.SignsAt(service.Clock.GetUtcNow()));
        Assert.Equal(made.Text("id"), Assert.Single(active).Id.ToString());
    }

    private static List<JsonElement> Items(Answer answer) => [.. answer.Json.GetProperty("items").EnumerateArray()];
}
