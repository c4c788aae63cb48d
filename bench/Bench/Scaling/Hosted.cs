using Microsoft.Extensions.Hosting;

namespace Bench.Scaling;

/// <summary>A host that is stopped when it is done with.</summary>
internal sealed class Hosted(IHost host) : IAsyncDisposable
{
    public Task StartAsync() => host.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
