using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace DeliveryEngine.Tests.Stage;

/// <summary>The engine as its own process, with its own clock, killed at the latest when disposed.</summary>
internal sealed class EngineProcess(Process process, CancellationToken patience) : IAsyncDisposable
{
    public static EngineProcess Start(Scene scene, params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DeliveryEngine.dll")]);
        string[] quiet = ["Logging:LogLevel:Default=None", "URLS=http://127.0.0.1:0"];
        foreach (var (name, value) in scene.Configure([.. quiet, .. settings]).AsEnumerable())
            if (value is not null)
                start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return new EngineProcess(Process.Start(start)!, scene.Patience);
    }

    /// <summary>The most that it ever had in memory, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>As the kernel would, out of memory.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(patience);
    }

    /// <summary>As a deploy would; answers the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }
}
