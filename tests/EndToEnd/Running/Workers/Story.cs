using System.Net.Http.Json;
using System.Text.Json;
using Fixtures;
using Webhooks.Contract;

namespace EndToEnd.Running.Workers;

/// <summary>The day of one language's workers, step by step; what the tests look at is kept.</summary>
internal sealed class Story(Language language, RunningService service, string key, TemporaryFolder folder, CancellationToken stop) : IAsyncDisposable
{
    private readonly List<RunningProgram> _workers = [];

    public Language Language => language;

    public JobDocument? Counted { get; private set; }

    public JobDocument? Canceled { get; private set; }

    public JobDocument? Crashed { get; private set; }

    public JobDocument? Stalled { get; private set; }

    public IReadOnlyList<JobEvent> EventsOfStalled { get; private set; } = [];

    /// <summary>What the stalled worker said when it woke up.</summary>
    public string ZombieSaid { get; private set; } = "";

    public JobDocument? Released { get; private set; }

    public int? ExitCode { get; private set; }

    /// <summary>What the service says to the result of a claim that is over.</summary>
    public string? LateAnswer { get; private set; }

    /// <summary>What all workers said.</summary>
    public string Everything => string.Join("\n---\n", _workers.Select(w => w.Output));

    public async Task CountAsync(string path)
    {
        Start("first");
        Counted = await EndAsync((await SubmitAsync(path)).Id);
    }

    public async Task CancelAsync()
    {
        var (id, pipe, text) = await BeginAsync("canceled");
        await service.Client.CancelAsync(id, stop);
        // A worker that reads hears of it between two lines; one whose program reads ends the program.
        Canceled = await UntilAsync(id, job => job.IsTerminal, () => WriteAsync(text, "one more line"));
        await CloseAsync(text);
    }

    public async Task CrashAndStallAsync()
    {
        var (crashed, _, lostText) = await BeginAsync("crashed");
        var crashPipe = await Pipe.AtAsync(folder.File($"{language.Name}-crashed")); // whoever reads the old one reads nobody's
        var killed = _workers[0].KillAsync();
        await CloseAsync(lostText); // a program that it had started ends, too
        await killed;

        Start("zombie");
        var (stalled, _, zombieText) = await BeginAsync("stalled");
        var stallPipe = await Pipe.AtAsync(folder.File($"{language.Name}-stalled"));
        await _workers[1].SignalAsync("STOP");

        Start("heir");
        Crashed = await FinishAsync(crashed, crashPipe, "a b c");
        Stalled = await FinishAsync(stalled, stallPipe, "one two");

        await WriteAsync(zombieText, "far too late");
        await CloseAsync(zombieText);
        await _workers[1].SignalAsync("CONT");
        ZombieSaid = await SaysAsync(_workers[1], "not ours any more");
        await _workers[1].SignalAsync("TERM");
        await _workers[1].ExitAsync(stop); // in order, so that it leaves no claim behind that would take the next job
        LateAnswer = await CompleteAsync(stalled, fence: 1);
        EventsOfStalled = await service.Client.EventsAsync(stalled).ToListAsync(stop);
        Stalled = await service.Client.GetAsync(stalled, stop);
    }

    public async Task StopAsync()
    {
        var (id, _, text) = await BeginAsync("released");
        await _workers[2].SignalAsync("TERM");
        ExitCode = await _workers[2].ExitAsync(stop);
        Released = await service.Client.GetAsync(id, stop);
        await CloseAsync(text);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
    }

    private void Start(string name)
    {
        var (program, arguments) = language.Command;
        _workers.Add(RunningProgram.StartAny(
            program, arguments,
            new Dictionary<string, string>
            {
                ["JOBS_URL"] = service.Http.BaseAddress!.ToString().TrimEnd('/'), ["JOBS_KEY"] = key, ["JOBS_LEASE"] = "10",
                ["JOBS_WORKER"] = $"{language.Name}-{name}",
            },
            folder.Path));
    }

    private async Task<JobDocument> SubmitAsync(string path) => await service.Client.SubmitAsync(
        new SubmitJob { Type = language.Type, Input = language.Input(path), MaxAttempts = 1 }, stop: stop);

    /// <summary>A job that has begun, and reads what the test writes.</summary>
    private async Task<(string Id, Pipe Pipe, StreamWriter Text)> BeginAsync(string name)
    {
        var pipe = await Pipe.AtAsync(folder.File($"{language.Name}-{name}"));
        var job = await SubmitAsync(pipe.Path);
        return (job.Id, pipe, await OpenAsync(pipe, name));
    }

    private async Task<JobDocument> FinishAsync(string id, Pipe pipe, string line)
    {
        var text = await OpenAsync(pipe, line);
        await WriteAsync(text, line);
        await CloseAsync(text);
        return await EndAsync(id);
    }

    private async Task<StreamWriter> OpenAsync(Pipe pipe, string what)
    {
        try
        {
            return await pipe.OpenAsync().WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{language.Name}: nobody began '{what}'.\n{Everything}");
        }
    }

    private async Task<string?> CompleteAsync(string id, int fence)
    {
        using var late = new HttpRequestMessage(HttpMethod.Post, $"/worker/jobs/{id}/complete") { Content = JsonContent.Create(new { result = "late" }) };
        late.Headers.Add(WorkerHeaders.LeaseFence, $"{fence}");
        using var answer = await service.Http.SendAsync(late, stop);
        return (await answer.Content.ReadFromJsonAsync<ProblemDocument>(ContractJson.Options, stop))!.Code;
    }

    private Task<JobDocument> EndAsync(string id) => UntilAsync(id, job => job.IsTerminal, () => Task.CompletedTask);

    private async Task<JobDocument> UntilAsync(string id, Func<JobDocument, bool> enough, Func<Task> meanwhile)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var job = await service.Client.GetAsync(id, CancellationToken.None);
            if (enough(job))
                return job;
            if (stop.IsCancellationRequested)
                throw new TimeoutException($"{language.Name}: {JsonSerializer.Serialize(job, ContractJson.Options)}\n{Everything}");
            await meanwhile();
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task<string> SaysAsync(RunningProgram worker, string what)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var looks = 0; looks < 400 && !worker.Output.Contains(what, StringComparison.Ordinal); looks++)
            await pause.WaitForNextTickAsync();
        return worker.Output;
    }

    /// <summary>The reader may be gone: that is what it is about.</summary>
    private static async Task WriteAsync(StreamWriter text, string line)
    {
        try
        {
            await text.WriteLineAsync(line);
        }
        catch (IOException)
        {
        }
    }

    private static async Task CloseAsync(StreamWriter text)
    {
        try
        {
            await text.DisposeAsync();
        }
        catch (IOException)
        {
        }
    }
}
