using JobApi.Tests.Access;

namespace JobApi.Tests.Http;

public sealed class Every_answer(Service service) : IClassFixture<Service>
{
    [Theory]
    [InlineData("GET", "/nothing", 404, "not_found")]
    [InlineData("POST", "/", 404, "not_found")]
    [InlineData("PUT", "/jobs", 405, "method_not_allowed")]
    [InlineData("PATCH", "/jobs/job_00000000000000000000000000", 405, "method_not_allowed")]
    public async Task to_an_unknown_route_is_a_problem_document(string method, string path, int status, string code) =>
        (await service.SendAsync(new HttpMethod(method), path, null, Service.AdminKey)).MustRefuse(status, code);

    [Theory]
    [InlineData("/health/live", "live")]
    [InlineData("/health/ready", "ready")]
    public async Task about_health_is_one_word(string path, string word)
    {
        var answer = await service.SendAsync(HttpMethod.Get, path, null, key: null);

        Assert.Equal((200, $$"""{"status":"{{word}}"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task of_the_contract_names_every_route_and_no_secret()
    {
        var answer = await service.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, key: null);

        Assert.Equal(200, answer.Status);
        var paths = answer.Json.GetProperty("paths");
        foreach (var route in Route.All(service).Where(r => r.NeedsKey))
        {
            var operation = paths.GetProperty(route.Pattern).GetProperty(route.Method.Method.ToLowerInvariant());
            Assert.True(operation.TryGetProperty("security", out _), route.ToString());
            Assert.True(operation.GetProperty("responses").TryGetProperty("401", out _), route.ToString());
            Assert.Equal(route.Body is not null || route.TakesBytes, operation.TryGetProperty("requestBody", out _));
        }
        Assert.DoesNotContain(Service.AdminKey, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", answer.Body, StringComparison.Ordinal);
        Assert.True(answer.Json.GetProperty("components").GetProperty("schemas").GetProperty("SubmitJob").GetProperty("properties")
            .TryGetProperty("timeout_seconds", out _));
    }

    [Fact]
    public async Task of_the_docs_page_names_every_route_and_needs_nothing_from_elsewhere()
    {
        var answer = await service.SendAsync(HttpMethod.Get, "/docs", null, key: null);

        Assert.Equal((200, "text/html; charset=utf-8"), (answer.Status, answer.Header("Content-Type")));
        Assert.StartsWith("default-src 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        foreach (var route in Route.All(service).Where(r => r.NeedsKey))
            Assert.Contains($"{route.Method} {route.Pattern}<", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("://", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task to_an_over_long_field_is_a_refusal_on_every_route_that_writes()
    {
        var text = new string('x', 5000);
        var job = await service.SubmitAsync();
        var bodies = new Dictionary<string, string[]>
        {
            ["/jobs"] =
            [
                $$"""{"type":"{{text}}"}""", $$"""{"type":"a","metadata":{"{{text}}":"v"} }""", $$"""{"type":"a","metadata":{"k":"{{text}}"} }""",
                $$"""{"type":"a","callback_url":"https://receiver.example/{{text}}"}""",
            ],
            ["/jobs/{id}/callbacks"] =
            [
                $$"""{"url":"https://receiver.example/{{text}}"}""", $$"""{"url":"https://receiver.example/","events":["{{text}}"]}""",
                $$"""{"url":"https://receiver.example/","secret":"whsec_{{text}}"}""",
                $$"""{"url":"https://receiver.example/","headers":{"a":"{{text}}","b":"{{text}}"} }""",
                $$"""{"url":"https://receiver.example/","ordered":true,"on_parked":"{{text}}"}""",
            ],
            ["/replays"] = [$$"""{"filter":{"reason":"{{text}}"} }""", $$"""{"filter":{"status":"{{text}}"} }""", $$"""{"filter":{"job_id":"{{text}}"} }"""],
            ["/callbacks/test"] =
            [
                $$"""{"url":"https://receiver.example/{{text}}"}""", $$"""{"url":"https://receiver.example/","secret":"whsk_{{text}}"}""",
                $$"""{"url":"https://receiver.example/","headers":{"a":"{{text}}","b":"{{text}}"} }""",
            ],
            ["/operations-callback"] =
            [
                $$"""{"url":"https://receiver.example/{{text}}"}""", $$"""{"url":"https://receiver.example/","events":["{{text}}"]}""",
                $$"""{"url":"https://receiver.example/","secret":"whsec_{{text}}"}""",
            ],
            ["/keys"] = [$$"""{"name":"{{text}}","role":"client"}""", $$"""{"name":"n","role":"worker","types":["{{text}}"]}"""],
            ["/signing-secret/rotate"] = [],
            ["/receivers/{id}"] = [],
            ["/types/{type}"] = ["""{"max_running":0}"""],
            ["/limits"] = ["""{"max_running":1000001}"""],
            ["/worker/claims"] =
            [
                $$"""{"types":["{{text}}"]}""", $$"""{"types":["a"],"worker_id":"{{text}}"}""", $$"""{"types":["a"],"worker_version":"{{text}}"}""",
            ],
            ["/worker/jobs/{id}/heartbeat"] = [$$"""{"progress_message":"{{text}}"}"""],
            ["/worker/jobs/{id}/events"] = ["""{"outputs":[]}"""],
            ["/worker/jobs/{id}/complete"] = [],
            ["/worker/jobs/{id}/fail"] = [$$"""{"error":{"code":"{{text}}","message":"m"} }""", $$"""{"error":{"code":"c","message":"{{text}}"} }"""],
            ["/worker/jobs/{id}/release"] = ["""{"delay_seconds":100000}"""],
        };

        var writing = Route.All(service).Where(r => r.Body is not null).ToList();
        Assert.Equal(bodies.Keys.Order(), writing.Select(r => r.Pattern).Order());
        foreach (var route in writing)
            foreach (var body in bodies[route.Pattern])
                Assert.Equal(422, (await service.SendAsync(route.Method, route.At(job), body, Service.AdminKey, route.Headers)).Status);
    }
}
