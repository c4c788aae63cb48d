using System.Net.Http.Headers;
using System.Text;
using Fixtures;
using JobApi.Chores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Webhooks.Workers;

namespace JobApi.Tests;

/// <summary>
/// The real service on a free loopback port and a new SQLite file. Nothing beats in it unless asked: tests take their turns themselves, and
/// the clock stands still until they move it.
/// </summary>
public sealed class Service : IAsyncLifetime
{
    public const string AdminKey = "the-admin-key-of-these-tests";

    private readonly TemporaryFolder _folder = new();
    private WebApplication? _app;
    private HttpClient? _client;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>What an embedder would add before the service is built.</summary>
    public Action<IServiceCollection> Configure { get; set; } = _ => { };

    public IServiceProvider Services => _app!.Services;

    public HttpClient Client => _client!;

    public static async Task<Service> StartAsync(Action<IServiceCollection> configure, params (string Name, string Value)[] settings)
    {
        var service = new Service { Configure = configure };
        foreach (var (name, value) in settings)
            service.Settings[name] = value;
        await service.InitializeAsync();
        return service;
    }

    public async ValueTask InitializeAsync()
    {
        var builder = JobApiHost.CreateBuilder([]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Webhooks"] = $"Data Source={_folder.File("webhooks.db")}",
            ["Security:KeyRing"] = _folder.File("keys"),
            ["Security:BootstrapKey"] = AdminKey,
            ["Engine:Embedded"] = "false",
        });
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        Configure(builder.Services);
        builder.AddJobApi();
        foreach (var loop in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType != null).ToList())
            if (loop.ImplementationType!.Assembly.GetName().Name is "JobApi" or "JobClient" or "Quartz")
                builder.Services.Remove(loop);
        builder.Services.RemoveAll<Quartz.QuartzHostedService>();
        _app = builder.Build();
        await _app.PrepareAsync(TestContext.Current.CancellationToken);
        _app.MapJobApi();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        _client = new HttpClient(handler) { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public Task<Answer> GetAsync(string path, string key = AdminKey, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, key, headers);

    public Task<Answer> PostAsync(string path, string? json, string key = AdminKey, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, key, headers);

    public Task<Answer> DeleteAsync(string path, string key = AdminKey) => SendAsync(HttpMethod.Delete, path, null, key);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json, string? key, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    /// <summary>Submits a job and answers its id.</summary>
    public async Task<string> SubmitAsync(string json = """{"type":"idle"}""")
    {
        var answer = await PostAsync("/jobs", json);
        Assert.Equal(202, answer.Status);
        return answer.Text("id");
    }

    /// <summary>One beat: what nobody ends is ended, then handlers are looked after and started.</summary>
    internal async Task BeatAsync()
    {
        await Get<JobChore>().RunOnceAsync(TestContext.Current.CancellationToken);
        await LookAfterAsync();
        foreach (var lane in Get<JobWorker>().Lanes)
            await Get<JobWorker>().ClaimAsync(lane, TimeSpan.Zero, TestContext.Current.CancellationToken);
    }

    /// <summary>A look at what runs, and the answers to the heartbeats that it sent.</summary>
    internal Task LookAfterAsync()
    {
        Get<JobWorker>().LookAfter();
        return Get<JobWorker>().BeatsAsync();
    }

    /// <summary>A beat, and the end of everything that it started.</summary>
    internal async Task WorkAsync()
    {
        await BeatAsync();
        await DrainAsync();
    }

    /// <summary>The end of everything that was started; a handler that hangs fails its test.</summary>
    internal Task DrainAsync() => Get<JobWorker>().DrainAsync().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        _folder.Dispose();
    }
}
