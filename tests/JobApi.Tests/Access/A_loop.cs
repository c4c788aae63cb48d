namespace JobApi.Tests.Access;

public sealed class A_loop(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task is_refused_at_every_door_that_changes_something()
    {
        foreach (var route in Route.All(service).Where(r => r.Method != HttpMethod.Get))
        {
            var answer = await service.SendAsync(route.Method, route.At("x"), route.Body, Service.AdminKey, ("User-Agent", "Webhooks/9.9.9 (http.request)"));
            Assert.True((answer.Status, answer.Text("code")) == (403, "loop_refused"), $"{route}: {answer.Status}");
        }
    }

    [Fact]
    public async Task is_not_what_a_look_is() =>
        Assert.Equal(200, (await service.GetAsync("/jobs", Service.AdminKey, ("User-Agent", "Webhooks/0.1.0"))).Status);

    [Fact]
    public async Task is_not_suspected_of_others() =>
        Assert.Equal(202, (await service.PostAsync("/jobs", """{"type":"a"}""", Service.AdminKey, ("User-Agent", "my-webhooks/1.0"))).Status);
}
