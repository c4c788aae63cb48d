using JobApi;
using Webhooks.Client;

namespace QuickStart;

/// <summary>The service in this process, on a temporary SQLite file, and a client to it.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServiceProvider _clients;
    private readonly DirectoryInfo _folder;

    private Service(WebApplication app, ServiceProvider clients, DirectoryInfo folder)
    {
        (_app, _clients, _folder) = (app, clients, folder);
        Client = clients.GetRequiredService<JobClient>();
    }

    public JobClient Client { get; }

    public string Address => _app.Urls.First();

    public static async Task<Service> StartAsync(Uri receiver)
    {
        var folder = Directory.CreateTempSubdirectory("quickstart-");
        var key = "whk_" + Guid.NewGuid().ToString("N");
        var builder = JobApiHost.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Webhooks"] = $"Data Source={Path.Combine(folder.FullName, "webhooks.db")}",
            ["Security:KeyRing"] = Path.Combine(folder.FullName, "keys"),
            ["Security:BootstrapKey"] = key,
            ["Egress:Allow:0"] = $"127.0.0.1/32:{receiver.Port}",
            // As in production, only sooner: a retry after two seconds instead of a minute.
            ["Deliveries:Schedule:0"] = "00:00:00",
            ["Deliveries:Schedule:1"] = "00:00:02",
            ["Deliveries:Schedule:2"] = "00:00:05",
            ["Deliveries:ThrottleFloor"] = "00:00:02",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        });
        builder.Services.AddJobHandler<FilesManifest>("files.manifest");
        var app = await builder.BuildJobApiAsync();
        await app.StartAsync();

        var services = new ServiceCollection();
        services.AddJobClient(options => (options.BaseAddress, options.ApiKey) = (new Uri(app.Urls.First()), key));
        return new Service(app, services.BuildServiceProvider(), folder);
    }

    public Task UntilStoppedAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _clients.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
