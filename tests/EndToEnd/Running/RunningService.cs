using Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Client;

namespace EndToEnd.Running;

/// <summary>JobApi as users start it: a process, environment variables, a folder of its own. It can be killed and started again.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    public const string Key = "end-to-end-key-0123456789";
    private readonly string _name;
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _settings;
    private readonly ServiceProvider _clients;
    private RunningProgram? _program;

    private RunningService(int receiverPort, Dictionary<string, string> more, string program)
    {
        _name = program;
        var address = $"http://127.0.0.1:{FreePort.Find()}";
        _settings = new Dictionary<string, string>(more)
        {
            ["ASPNETCORE_URLS"] = address,
            ["ConnectionStrings__Webhooks"] = more.GetValueOrDefault("ConnectionStrings__Webhooks", "Data Source=service.db"),
            ["Security__BootstrapKey"] = Key,
            ["Egress__Allow__0"] = $"127.0.0.0/8:{receiverPort}",
        };
        _clients = new ServiceCollection().AddJobClient(o => (o.BaseAddress, o.ApiKey, o.Retries) = (new Uri(address), Key, 10)).Services.BuildServiceProvider();
        Http = new HttpClient { BaseAddress = new Uri(address), DefaultRequestHeaders = { { "Authorization", $"Bearer {Key}" } } };
    }

    public JobClient Client => _clients.GetRequiredService<JobClient>();

    public HttpClient Http { get; }

    public static async Task<RunningService> StartAsync(
        int receiverPort, Dictionary<string, string>? settings, CancellationToken stop, string program = "JobApi")
    {
        var service = new RunningService(receiverPort, settings ?? [], program);
        await service.StartAsync(stop);
        return service;
    }

    public async Task StartAsync(CancellationToken stop)
    {
        _program = RunningProgram.Start(_name, _settings, _folder.Path);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsReadyAsync(stop))
            await pause.WaitForNextTickAsync(stop);
    }

    public Task KillAsync() => _program!.KillAsync();

    public Task StopAsync() => _program!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _program!.DisposeAsync();
        await _clients.DisposeAsync();
        Http.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            using var answer = await Http.GetAsync("/health/ready", stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
