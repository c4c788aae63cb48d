using System.Diagnostics;
using System.Text.Json;
using Fixtures;
using Microsoft.Extensions.Hosting;

namespace Bench.Scaling;

/// <summary>Processes of one kind on one database that begin together.</summary>
internal sealed class Crew : IAsyncDisposable
{
    private readonly List<Process> _processes = [];

    /// <summary>Starts them; each is ready to begin when this returns.</summary>
    public static async Task<Crew> StandUpAsync(Settings settings, string kind, int size)
    {
        var crew = new Crew();
        for (var i = 0; i < size; i++)
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bench.dll"), kind])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true,
            };
            var process = Process.Start(start)!;
            crew._processes.Add(process);
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(settings.Values));
            await process.StandardInput.FlushAsync();
        }
        foreach (var process in crew._processes)
            while (await process.StandardOutput.ReadLineAsync() is { } line && line != "ready")
            {
            }
        return crew;
    }

    public async Task BeginAsync()
    {
        foreach (var process in _processes)
        {
            await process.StandardInput.WriteLineAsync("begin");
            await process.StandardInput.FlushAsync();
        }
    }

    /// <summary>A signal to the whole group, such as <c>timeout</c>'s, stops the crew too, and then nobody would ever be done.</summary>
    public void EnsureAtWork()
    {
        if (_processes.Exists(process => process.HasExited))
            throw new InvalidOperationException("A process of the crew has ended before the work was done.");
    }

    /// <summary>CPU time of all of them.</summary>
    public TimeSpan Cpu => _processes.Aggregate(TimeSpan.Zero, (sum, process) =>
    {
        process.Refresh();
        return sum + process.TotalProcessorTime;
    });

    /// <summary>The other side: works from "begin" on, until its parent goes.</summary>
    public static async Task ServeAsync(Func<Settings, Task<IHost>> standUp)
    {
        using var settings = new Settings(JsonSerializer.Deserialize<Dictionary<string, string?>>((await Console.In.ReadLineAsync())!)!, new TemporaryFolder());
        using var host = await standUp(settings);
        Console.WriteLine("ready");
        if (await Console.In.ReadLineAsync() is null)
            return;
        await host.StartAsync();
        await Task.WhenAny(Console.In.ReadToEndAsync(), host.WaitForShutdownAsync());
        await host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            process.StandardInput.Close();
        foreach (var process in _processes)
        {
            process.StandardOutput.BaseStream.CopyTo(Stream.Null);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
