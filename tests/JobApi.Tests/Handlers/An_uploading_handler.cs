using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Handlers;
using Webhooks.Workers;

namespace JobApi.Tests.Handlers;

public sealed class An_uploading_handler : IAsyncLifetime
{
    private static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(3_000_000);

    private readonly Script _script = new();
    private Service? _service;

    private Service Service => _service!;

    public async ValueTask InitializeAsync() => _service = await Service.StartAsync(
        services => services.AddSingleton(_script).AddJobHandler<ScriptedHandler>("scripted"), ("Results:MaxBytes", "4000000"));

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    [Fact]
    public async Task in_process_gives_its_bytes_as_the_result()
    {
        _script.Does(UploadAsync);
        var id = await Service.SubmitAsync("""{"type":"scripted"}""");

        await Service.WorkAsync();

        await MustBeDownloadableAsync(id);
    }

    [Fact]
    public async Task over_HTTP_gives_its_bytes_as_the_result()
    {
        _script.Does(UploadAsync);
        var id = await Service.SubmitAsync("""{"type":"remote"}""");
        await using var remote = new ServiceCollection().AddLogging().AddSingleton(_script)
            .AddJobWorker(o => (o.BaseAddress, o.ApiKey) = (Service.Client.BaseAddress, Service.AdminKey)).AddJobHandler<ScriptedHandler>("remote")
            .BuildServiceProvider();
        var worker = remote.GetRequiredService<JobWorker>();

        await worker.ClaimAsync(Assert.Single(worker.Lanes), TimeSpan.Zero, TestContext.Current.CancellationToken);
        await worker.DrainAsync().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        await MustBeDownloadableAsync(id);
    }

    [Fact]
    public async Task of_too_many_bytes_fails_for_good()
    {
        _script.Does(async context =>
        {
            await context.UploadResultAsync(new MemoryStream(new byte[4_000_001]), "text/plain");
            return null;
        });
        var id = await Service.SubmitAsync("""{"type":"scripted"}""");

        await Service.WorkAsync();

        var job = (await Service.GetAsync($"/jobs/{id}")).Json;
        Assert.Equal(("failed", "body_too_large"), (job.GetProperty("status").GetString(), job.GetProperty("error").GetProperty("code").GetString()));
    }

    private static async Task<object?> UploadAsync(JobContext context)
    {
        await context.UploadResultAsync(new MemoryStream(Bytes), "application/pdf", context.Stop);
        return null;
    }

    private async Task MustBeDownloadableAsync(string id)
    {
        var job = (await Service.GetAsync($"/jobs/{id}")).Json;
        Assert.Equal(("succeeded", Bytes.Length), (job.GetProperty("status").GetString(), job.GetProperty("result_size").GetInt32()));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{id}/result") { Headers = { Authorization = new("Bearer", Service.AdminKey) } };
        using var answer = await Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("application/pdf", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(Bytes, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
