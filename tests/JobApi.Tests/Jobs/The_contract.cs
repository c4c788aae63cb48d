using System.Text.Json;
using JobApi.Chores;
using JobApi.Tests.Handlers;
using Webhooks.Contract;
using Webhooks.Handlers;

namespace JobApi.Tests.Jobs;

/// <summary>What the service writes is what the client's records declare: nothing more, nothing less.</summary>
public sealed class The_contract(Stage stage) : IClassFixture<Stage>
{
    private static readonly JsonNamingPolicy Snake = JsonNamingPolicy.SnakeCaseLower;

    [Fact]
    public async Task of_job_documents_is_kept_to_the_member()
    {
        var bodies = new List<string>();
        stage.Script.Does(async context =>
        {
            await context.ReportProgressAsync(50, "half");
            return context.Attempt == 1 ? throw new JobFailedException("again", "Once more.") : (object)1;
        });
        var id = await stage.SubmitAsync(
            $$""","metadata":{"k":"v"},"run_at":"{{stage.Service.Clock.GetUtcNow().AddSeconds(5):yyyy-MM-dd'T'HH:mm:ss}}Z" """);
        await KeepAsync(id);
        stage.Advance(5);
        await stage.WorkAsync();
        await KeepAsync(id);
        stage.Advance(30);
        await stage.WorkAsync();
        await KeepAsync(id);
        await KeepAsync((await stage.Service.PostAsync($"/jobs/{id}/redrive", null)).Text("id"));
        var canceled = await stage.SubmitAsync();
        await stage.Service.DeleteAsync($"/jobs/{canceled}");
        await KeepAsync(canceled);
        var lost = await stage.SubmitAsync();
        await stage.Service.PostAsync("/worker/claims", """{"types":["scripted"],"max":10}""");
        stage.Advance(60);
        await stage.Service.Get<JobChore>().RunOnceAsync(TestContext.Current.CancellationToken);
        await KeepAsync(lost);
        await KeepAsync((await Results.Worker.FinishAsync(stage.Service, [1, 2, 3])).Job);

        AssertKept<JobDocument>(bodies);
        AssertDeclared<JobDocument>((await stage.Service.GetAsync("/jobs")).Json.GetProperty("items").EnumerateArray().Select(i => i.GetRawText()));

        async Task KeepAsync(string job) => bodies.Add((await stage.Service.GetAsync($"/jobs/{job}")).Body);
    }

    [Fact]
    public async Task of_events_keys_and_callbacks_is_kept_too()
    {
        var id = await stage.SubmitAsync(""","callback_url":"https://receiver.example/" """);
        var callback = await stage.Service.PostAsync($"/jobs/{id}/callbacks", """{"url":"https://receiver.example/2"}""");
        await stage.Service.DeleteAsync($"/jobs/{id}");
        var key = await stage.Service.PostAsync("/keys", """{"name":"n","role":"worker","types":["a"],"expires_at":"2050-01-01T00:00:00Z"}""");
        var revoked = await stage.Service.DeleteAsync($"/keys/{key.Text("id")}");

        AssertDeclared<CallbackDocument>([callback.Body, (await stage.Service.DeleteAsync(callback.Header("Location"))).Body]);
        AssertKept<KeyDocument>([key.Body, revoked.Body]);
        AssertKept<EventPage>([(await stage.Service.GetAsync($"/jobs/{id}/events")).Body]);
        var problem = await stage.Service.GetAsync("/jobs/x");
        Assert.Equal("not_found", JsonSerializer.Deserialize<ProblemDocument>(problem.Body, ContractJson.Strict)!.Code);
    }

    private static void AssertDeclared<T>(IEnumerable<string> bodies) =>
        Assert.All(bodies, body => Assert.NotNull(JsonSerializer.Deserialize<T>(body, ContractJson.Strict)));

    /// <summary>Every member that comes is declared, and every declared member comes in one of the bodies at least.</summary>
    private static void AssertKept<T>(List<string> bodies)
    {
        AssertDeclared<T>(bodies);
        var written = bodies.SelectMany(b => JsonDocument.Parse(b).RootElement.EnumerateObject().Select(m => m.Name)).ToHashSet();
        var declared = typeof(T).GetProperties().Where(p => p.SetMethod is not null).Select(p => Snake.ConvertName(p.Name));
        Assert.Empty(declared.Except(written));
    }
}
