using System.Globalization;
using Faults.Histories;
using Faults.Inside;
using Faults.Load;
using Faults.Processes;

namespace Faults.Stepping;

/// <summary>
/// Fails the first step of a first start on an empty database, and starts again; then the second on another empty database, and so on until a start is
/// not met any more. Whatever a migration leaves half done, the next start goes on with.
/// </summary>
internal sealed class MigrationLoop(Options options, TextWriter output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Answers after how many steps a start was met no more, and how many could not be followed by another start.</summary>
    public async Task<(int Steps, int Stuck)> RunAsync(string folder, int most = int.MaxValue, CancellationToken stop = default)
    {
        using var log = new HistoryLog(Path.Combine(folder, "history"));
        await using var receivers = await Receivers.StartAsync(log, options.Seed);
        await using var deployment = await Deployment.AloneAsync(options.Database, folder, options.Programs, Run.Settings(receivers));
        var process = deployment.Processes.Single();
        var (steps, stuck) = (0, 0);
        for (var at = options.From; steps < most; at += options.Step, steps++)
        {
            await deployment.EmptyAsync();
            var go = Path.Combine(deployment.Folder, string.Create(CultureInfo.InvariantCulture, $"go-{at}"));
            await File.WriteAllTextAsync(go, "", stop);
            process.Start((Settings.FailpointName, string.Create(CultureInfo.InvariantCulture, $"{at}:0:{options.Migrations}:{go}")));
            await UntilReadyAsync(process, deployment, stop);
            if (process.IsRunning)
                await process.KillAsync();
            if (!File.Exists(go + ".done"))
                break;
            process.Start();
            var isReady = await UntilReadyAsync(process, deployment, stop);
            await output.WriteLineAsync($"  {options.Migrations} at step {(await File.ReadAllTextAsync(go + ".done", stop)).Trim()}{(isReady ? "" : ": RED, it does not start again")}");
            stuck += isReady ? 0 : 1;
            if (process.IsRunning)
                await process.KillAsync();
        }
        await output.WriteLineAsync($"{steps} steps failed, each on an empty database; after {stuck} of them the service did not start.");
        return (steps, stuck);
    }

    private static async Task<bool> UntilReadyAsync(ServiceProcess process, Deployment deployment, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            return await process.UntilReadyAsync(deployment.Client, patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
