using System.Diagnostics;
using System.Net.Http.Headers;
using Fixtures;
using JobApi;

namespace Bench.Reading;

/// <summary>The service as a process of its own, on the database of a <see cref="Settings"/>.</summary>
internal sealed class ServedApp : IAsyncDisposable
{
    private readonly Process _process;

    private ServedApp(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<ServedApp> StartAsync(Settings settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bench.dll"), "serve"]) { RedirectStandardInput = true };
        foreach (var (name, value) in settings.Values)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["URLS"] = address.ToString();
        var served = new ServedApp(Process.Start(start)!, address);
        using var client = new HttpClient { BaseAddress = address };
        while (!await IsReadyAsync(client))
            await Task.Delay(50);
        return served;
    }

    /// <summary>The other side: serves until its parent goes, and clears its memory up when a line comes.</summary>
    public static async Task ServeAsync()
    {
        var app = await JobApiHost.CreateBuilder([]).BuildJobApiAsync();
        await app.StartAsync();
        while (await Console.In.ReadLineAsync() is not null)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await app.StopAsync();
    }

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory in bytes after a full collection: what is in use, not what the collector has not got round to.</summary>
    public async Task<long> MemoryAsync()
    {
        await _process.StandardInput.WriteLineAsync("collect");
        await _process.StandardInput.FlushAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));
        _process.Refresh();
        return _process.WorkingSet64;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static HttpClient ClientOf(Uri address, Settings settings) => new(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
    {
        BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", settings.Values["Security:BootstrapKey"]) },
    };

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
