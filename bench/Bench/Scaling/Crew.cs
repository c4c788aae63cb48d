using System.Diagnostics;
using System.Text.Json;
using Fixtures;

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

    /// <summary>CPU time of all of them.</summary>
    public TimeSpan Cpu => _processes.Aggregate(TimeSpan.Zero, (sum, process) =>
    {
        process.Refresh();
        return sum + process.TotalProcessorTime;
    });

    /// <summary>The other side: works from "begin" on, until its parent goes.</summary>
    public static async Task ServeAsync(Func<Settings, Task<IAsyncDisposable>> standUp, Func<IAsyncDisposable, Task> begin)
    {
        using var settings = new Settings(JsonSerializer.Deserialize<Dictionary<string, string?>>((await Console.In.ReadLineAsync())!)!, new TemporaryFolder());
        await using var host = await standUp(settings);
        Console.WriteLine("ready");
        if (await Console.In.ReadLineAsync() is null)
            return;
        await begin(host);
        while (await Console.In.ReadLineAsync() is not null)
        {
        }
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
