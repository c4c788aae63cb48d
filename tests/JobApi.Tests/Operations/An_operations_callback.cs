namespace JobApi.Tests.Operations;

public sealed class An_operations_callback(Service service) : IClassFixture<Service>
{
    private const string Path = "/operations-callback";
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task is_put_read_and_deleted_and_never_shows_its_secrets()
    {
        var tenant = await SecondTenant.MakeAsync(service);
        (await service.GetAsync(Path, tenant.Key)).MustRefuse(404, "not_found");

        var made = await PutAsync($$$"""{"url":"https://ops.example/a","secret":"{{{Secret}}}","headers":{"x-token":"tell-nobody"}}""", tenant.Key);
        var replaced = await PutAsync($$"""{"url":"https://ops.example/b","events":["delivery.parked"],"secret":"{{Secret}}"}""", tenant.Key);
        var read = await service.GetAsync(Path, tenant.Key);
        var deleted = await service.DeleteAsync(Path, tenant.Key);

        Assert.Equal((201, Path, 200, 200, 200), (made.Status, made.Header("Location"), replaced.Status, read.Status, deleted.Status));
        Assert.Equal(6, made.Json.GetProperty("events").GetArrayLength());
        Assert.Equal(("https://ops.example/b", "active"), (read.Text("url"), read.Text("status")));
        Assert.Equal((made.Text("id"), made.Text("log_id")), (read.Text("id"), read.Text("log_id")));
        foreach (var answer in (Answer[])[made, replaced, read, deleted])
            Assert.DoesNotMatch("whsec|tell-nobody|secret|headers", answer.Body);
        (await service.GetAsync(Path, tenant.Key)).MustRefuse(404, "not_found");
        (await service.DeleteAsync(Path, tenant.Key)).MustRefuse(404, "not_found");
    }

    [Theory]
    [InlineData("""{}""", 400, "invalid_request", "url")]
    [InlineData("""{"url":"https://ops.example/","more":1}""", 400, "invalid_request", "")]
    [InlineData("""{"url":"https://10.0.0.1/"}""", 422, "address_not_allowed", "url")]
    [InlineData("""{"url":"https://ops.example/","events":["job.succeeded"]}""", 422, "invalid_request", "events")]
    [InlineData("""{"url":"https://ops.example/","events":[]}""", 422, "invalid_request", "events")]
    [InlineData("""{"url":"https://ops.example/","secret":"whsec_short"}""", 422, "secret_rejected", "secret")]
    public async Task is_refused_where_a_rule_says_so(string body, int status, string code, string named) =>
        (await PutAsync(body, Service.AdminKey)).MustRefuse(status, code, named);

    [Fact]
    public async Task has_events_that_no_job_has() =>
        (await service.PostAsync("/jobs", """{"type":"a","callbacks":[{"url":"https://a.example/","events":["delivery.parked"]}]}"""))
            .MustRefuse(422, "invalid_request", "events");

    [Fact]
    public async Task is_each_tenants_own()
    {
        var (first, second) = (await SecondTenant.MakeAsync(service), await SecondTenant.MakeAsync(service));

        await PutAsync("""{"url":"https://ops.example/"}""", first.Key);

        (await service.GetAsync(Path, second.Key)).MustRefuse(404, "not_found");
    }

    private Task<Answer> PutAsync(string body, string key) => service.SendAsync(HttpMethod.Put, Path, body, key);
}
