using System.Collections.Concurrent;
using System.Diagnostics;

namespace EndToEnd.Running;

/// <summary>A program as a process of its own.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];

    private RunningProgram(Process process) => _process = process;

    public string Output => string.Join('\n', _lines);

    /// <summary>One of our programs: they lie beside the tests.</summary>
    public static RunningProgram Start(string program, IReadOnlyDictionary<string, string> settings, string workingFolder, params string[] arguments) =>
        StartAny("dotnet", [Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments], settings, workingFolder);

    public static RunningProgram StartAny(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> settings, string workingFolder)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = workingFolder,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var running = new RunningProgram(Process.Start(start)!);
        running._process.OutputDataReceived += (_, line) => running._lines.Enqueue(line.Data ?? "");
        running._process.ErrorDataReceived += (_, line) => running._lines.Enqueue(line.Data ?? "");
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        return running;
    }

    public async Task<int> ExitAsync(CancellationToken stop)
    {
        await _process.WaitForExitAsync(stop);
        return _process.ExitCode;
    }

    /// <summary><c>kill -STOP</c>, <c>-CONT</c>, <c>-TERM</c></summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("bash", ["-c", $"kill -{name} {_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary><c>kill -9</c></summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, as a deploy does (SIGTERM), and waits until it has.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
