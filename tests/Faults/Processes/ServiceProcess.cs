using System.Diagnostics;
using System.Globalization;
using Faults.Histories;
using Fixtures;

namespace Faults.Processes;

/// <summary>
/// One of our programs, started again and again under one name. The operating system does to it what it does to any process. This assembly lies
/// beside it, and goes in with it.
/// </summary>
internal sealed class ServiceProcess(string name, string program, IReadOnlyDictionary<string, string> settings, string folder) : IAsyncDisposable
{
    private readonly Lock _writing = new();
    private Process? _process;
    private bool _wasReady;
    private Ending? _why;
    private TaskCompletionSource _told = new();
    private StreamWriter? _output;

    public string Name => name;

    /// <summary>Where it answers <c>/health</c>; the API's door, too.</summary>
    public Uri Address { get; } = new(settings["ASPNETCORE_URLS"]);

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The proxy between this process and the database server, where there is one.</summary>
    public Proxy? Proxy { get; init; }

    /// <summary>By how much the clock of its machine is wrong, from the next start on.</summary>
    public TimeSpan ClockShift { get; set; }

    /// <summary>Is told of each end.</summary>
    public Action<Exit>? Exited { get; set; }

    /// <summary>Stands still at SIGSTOP.</summary>
    public bool IsPaused { get; private set; }

    public void Start(params (string Name, string Value)[] more)
    {
        // A write beyond a limit of the file's size is to fail, as on a full disk, and not to end the process.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' XFSZ; exec dotnet \"$0\"", program])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder,
        };
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        foreach (var (key, value) in more)
            start.Environment[key] = value;
        start.Environment[Inside.Settings.ClockShiftName] = ClockShift.ToString("c", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_STARTUP_HOOKS"] = Path.Combine(Path.GetDirectoryName(program)!, Path.GetFileName(typeof(Inside.Injected).Assembly.Location));
        start.Environment["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = typeof(Inside.Injected).Assembly.GetName().Name;
        _output?.Dispose();
        _output = new StreamWriter(Path.Combine(folder, name + ".log"), append: true) { AutoFlush = true };
        (_wasReady, _why, _told) = (false, null, new());
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (ended, _) => Tell((Process)ended!);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process; // not before it runs: somebody may be measuring
    }

    /// <summary>Waits until it is ready; false where it ended before.</summary>
    public async Task<bool> UntilReadyAsync(HttpClient client, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsAsync(client, "ready", stop))
        {
            if (!IsRunning)
                return false;
            await pause.WaitForNextTickAsync(stop);
        }
        _wasReady = true;
        return true;
    }

    public async Task<bool> IsAsync(HttpClient client, string state, CancellationToken stop)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(Address, "/health/" + state), stop);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary><c>kill -9</c></summary>
    public async Task KillAsync()
    {
        _why = Ending.Killed;
        _process!.Kill();
        await ExitedAsync();
    }

    public async Task ExitedAsync(CancellationToken stop = default)
    {
        await _process!.WaitForExitAsync(stop);
        await _told.Task.WaitAsync(stop);
    }

    /// <summary>As a deploy would; answers the exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken stop = default)
    {
        _why = Ending.Told;
        await SignalAsync("TERM");
        await ExitedAsync(stop);
        return _process!.ExitCode;
    }

    public async Task PauseAsync()
    {
        IsPaused = true;
        await SignalAsync("STOP");
    }

    public async Task ContinueAsync()
    {
        await SignalAsync("CONT");
        IsPaused = false;
    }

    /// <summary>Lets files grow no further than this; null: without a limit (setrlimit, RLIMIT_FSIZE).</summary>
    public Task LimitFilesAsync(long? bytes) =>
        RunAsync("prlimit", "--pid", Id, $"--fsize={bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"}:unlimited");

    public Usage? Measure()
    {
        if (!IsRunning)
            return null;
        try
        {
            var status = File.ReadLines($"/proc/{Id}/status").Select(line => line.Split(':', 2)).ToDictionary(p => p[0], p => p[1].Trim());
            return new(
                name, TimeProvider.System.GetUtcNow(), long.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) * 1024,
                Directory.GetFiles($"/proc/{Id}/fd").Length, int.Parse(status["Threads"], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or KeyNotFoundException or UnauthorizedAccessException)
        {
            return null; // it has just ended
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await KillAsync();
        _process?.Dispose();
        if (_output is not null)
            await _output.DisposeAsync();
    }

    private string Id => _process!.Id.ToString(CultureInfo.InvariantCulture);

    private Task SignalAsync(string signal) => RunAsync("kill", "-" + signal, Id);

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using var run = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false })!;
        await run.WaitForExitAsync();
    }

    private void Tell(Process ended)
    {
        Exited?.Invoke(new(name, TimeProvider.System.GetUtcNow(), ended.ExitCode, _why ?? (_wasReady ? Ending.ByItself : Ending.BeforeItWasReady)));
        _told.TrySetResult();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_writing)
            _output!.WriteLine(line);
    }
}
