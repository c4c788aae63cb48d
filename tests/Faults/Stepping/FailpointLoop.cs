using System.Globalization;
using Faults.Histories;
using Faults.Inside;
using Faults.Load;
using Faults.Processes;

namespace Faults.Stepping;

/// <summary>
/// Fails the first step that a process passes, then the second in another life, and so on until a life ends untouched: that loop, and no list, shows
/// that no step was forgotten. One database lives through all of it, and each life begins with what the one before left behind. Where a step that
/// fails does not end the process, a life fails several, <see cref="Options.Apart"/> steps from one another, and the lives shift by one.
/// </summary>
internal sealed class FailpointLoop(Options options, TextWriter output)
{
    private const int MostStuck = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private int _life;
    private int _failed;
    private int _stuck;

    private bool Kills => options.Failpoints == FailMode.Kill;

    /// <summary>Runs until the end of the steps, or for <paramref name="most"/> lives.</summary>
    public async Task<Stepped> RecordAsync(string folder, int most = int.MaxValue, CancellationToken stop = default)
    {
        using var log = new HistoryLog(Path.Combine(folder, "history"));
        await using var receivers = await Receivers.StartAsync(log, options.Seed);
        receivers.IsHealed = true; // here it is the process that fails
        await using var deployment = await Deployment.AloneAsync(options.Database, folder, options.Programs, Run.Settings(receivers));
        var terms = Run.TermsOf(options);
        for (var at = options.From; _life < most && _stuck < MostStuck && (Kills || at < options.From + options.Apart); at += options.Step)
            if (await LiveAsync(at, deployment, receivers, log, stop) is (0, End.Stopped))
                break;
        var process = deployment.Processes.Single();
        process.Start();
        await process.UntilReadyAsync(deployment.Client, stop);
        terms = terms with { QuietFrom = TimeProvider.System.GetUtcNow() };
        terms = terms with { DoneAt = await UntilDoneAsync(deployment, receivers, log, stop) };
        await process.TerminateAsync(stop);
        await deployment.Reader.ReadAsync(log, stop);
        log.Append(terms);
        await output.WriteLineAsync($"{_failed} steps failed in {_life} lives, of which {_stuck} did not come to their end in time.");
        return new(log.Read(), _life, _failed, _stuck);
    }

    /// <summary>One life, from <paramref name="at"/> on; answers how many steps failed in it, and how it ended.</summary>
    private async Task<(int Failed, End End)> LiveAsync(int at, Deployment deployment, Receivers receivers, HistoryLog log, CancellationToken stop)
    {
        var process = deployment.Processes.Single();
        var from = TimeProvider.System.GetUtcNow();
        var (failed, end) = (0, End.Died);
        for (var next = at; ;)
        {
            var go = Path.Combine(deployment.Folder, string.Create(CultureInfo.InvariantCulture, $"go-{++_life}"));
            await deployment.Reader.ForgetTicksAsync();
            await File.WriteAllTextAsync(go, "", stop);
            process.Start((Settings.FailpointName, string.Create(CultureInfo.InvariantCulture, $"{next}:{(Kills ? 0 : options.Apart)}:{options.Failpoints}:{go}")));
            end = await LiveAsync(process, deployment, receivers, log, stop);
            var steps = File.Exists(go + ".done") ? await File.ReadAllLinesAsync(go + ".done", stop) : [];
            foreach (var step in steps)
                await output.WriteLineAsync($"  {options.Failpoints} at step {step}");
            if (File.Exists(go + ".passed"))
                await output.WriteLineAsync($"  {await File.ReadAllTextAsync(go + ".passed", stop)} steps were passed in life {_life}");
            failed += steps.Length;
            if (Kills || steps.Length == 0 || end != End.Died)
                break;
            next = int.Parse(steps[^1].Split(' ')[0], CultureInfo.InvariantCulture) + options.Apart; // it died of that one, the rest is still to come
        }
        _failed += failed;
        if (failed > 0)
            log.Append(new Disturbance(Harm.Failpoint, process.Name, from, TimeProvider.System.GetUtcNow()));
        return (failed, end);
    }

    /// <summary>Until what the life began is done, or the process is gone.</summary>
    private async Task<End> LiveAsync(ServiceProcess process, Deployment deployment, Receivers receivers, HistoryLog log, CancellationToken stop)
    {
        var from = TimeProvider.System.GetUtcNow();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            if (await process.UntilReadyAsync(deployment.Client, patience.Token))
                await new Scenario(deployment, receivers, log, _life).PlayAsync();
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (process.IsRunning && await deployment.Reader.CountOpenAsync(patience.Token, from) != (0, 0))
                await pause.WaitForNextTickAsync(patience.Token);
            if (!process.IsRunning)
                return End.Died;
            await process.TerminateAsync(patience.Token);
            return End.Stopped;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            _stuck++;
            await output.WriteLineAsync($"  life {_life} was not done within {Patience.TotalMinutes:0} minutes: see {process.Name}.log");
            await process.KillAsync();
            return End.Stuck;
        }
    }

    private async Task<DateTimeOffset?> UntilDoneAsync(Deployment deployment, Receivers receivers, HistoryLog log, CancellationToken stop)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var working = WorkOffAsync(new Scenario(deployment, receivers, log, _life + 1), done.Token);
        var at = await Run.UntilDoneAsync(deployment, options.Patience, output, stop);
        await done.CancelAsync();
        await working;
        return at;
    }

    private static async Task WorkOffAsync(Scenario scenario, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (!stop.IsCancellationRequested)
        {
            await scenario.WorkOffAsync();
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private enum End { Died, Stopped, Stuck }
}

/// <summary>What a loop came to: in so many lives so many steps failed, and so many lives did not come to their end in time.</summary>
internal sealed record Stepped(History History, int Lives, int Failed, int Stuck);
