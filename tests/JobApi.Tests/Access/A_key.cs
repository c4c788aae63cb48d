namespace JobApi.Tests.Access;

public sealed class A_key(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task is_wanted_by_every_route_but_health_and_the_contract()
    {
        var open = Route.All(service).Where(r => !r.NeedsKey).Select(r => r.ToString());
        Assert.Equal(["GET /.well-known/webhook-keys", "GET /docs", "GET /health/live", "GET /health/ready", "GET /openapi/{documentName}.json"], open.Order());

        foreach (var route in Route.All(service).Where(r => r.NeedsKey))
        {
            var answer = await service.SendAsync(route.Method, route.At("x"), route.Body, key: null);
            answer.MustRefuse(401, "unauthorized");
            Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Bearer unknown-key-unknown-key-unknown")]
    [InlineData("Bearer the-admin-key-of-these-testsX")]
    [InlineData("Bearer The-Admin-Key-Of-These-Tests")]
    [InlineData("Bearer ")]
    [InlineData("Bearer")]
    [InlineData("Basic the-admin-key-of-these-tests")]
    [InlineData("the-admin-key-of-these-tests")]
    public async Task that_is_wrong_is_answered_as_one_that_is_unknown(string authorization)
    {
        var none = await service.SendAsync(HttpMethod.Get, "/jobs", null, key: null);

        var answer = await service.SendAsync(HttpMethod.Get, "/jobs", null, key: null, ("Authorization", authorization));

        answer.MustRefuse(401, "unauthorized");
        Assert.Equal((none.Body, none.Header("WWW-Authenticate")), (answer.Body, answer.Header("WWW-Authenticate")));
    }

    [Fact]
    public async Task may_name_its_scheme_in_any_case() =>
        Assert.Equal(200, (await service.SendAsync(HttpMethod.Get, "/jobs", null, key: null, ("Authorization", $"bearer {Service.AdminKey}"))).Status);

    [Theory]
    [InlineData("client", "GET", "/jobs", 200)]
    [InlineData("client", "GET", "/deliveries", 200)]
    [InlineData("client", "POST", "/deliveries/dlv_00000000000000000000000000/replay", 403)]
    [InlineData("client", "GET", "/keys", 403)]
    [InlineData("client", "POST", "/keys", 403)]
    [InlineData("worker", "GET", "/jobs", 403)]
    [InlineData("worker", "POST", "/jobs", 403)]
    [InlineData("worker", "GET", "/deliveries", 403)]
    [InlineData("worker", "DELETE", "/keys/key_00000000000000000000000000", 403)]
    [InlineData("admin", "GET", "/keys", 200)]
    [InlineData("admin", "GET", "/jobs", 200)]
    [InlineData("admin", "POST", "/deliveries/dlv_00000000000000000000000000/replay", 404)]
    public async Task may_do_what_its_role_says(string role, string method, string path, int status)
    {
        var key = (await service.PostAsync("/keys", $$"""{"name":"n","role":"{{role}}"}""")).Text("key");

        var answer = await service.SendAsync(new HttpMethod(method), path, method == "POST" ? """{"type":"a"}""" : null, key);

        Assert.Equal(status, answer.Status);
        if (status == 403)
            Assert.Equal("forbidden", answer.Text("code"));
    }
}
