using System.Globalization;
using Faults.Histories;
using Faults.Load;
using Faults.Processes;

namespace Faults.Disturbing;

/// <summary>Does what the plan says, and logs what it did.</summary>
internal sealed class Disturber(Deployment deployment, Receivers receivers, HistoryLog log, TextWriter output)
{
    private static readonly TimeSpan WrongBy = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RedWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    /// <summary>Follows the plan until the time is over: a slow machine starts its processes late, and gets through less of it.</summary>
    public async Task RunAsync(IReadOnlyList<PlannedFault> plan, TimeSpan time)
    {
        var from = TimeProvider.System.GetUtcNow();
        foreach (var fault in plan)
        {
            if (TimeProvider.System.GetUtcNow() - from > time)
                return;
            await Pause.ForAsync(from + fault.At - TimeProvider.System.GetUtcNow(), CancellationToken.None);
            await output.WriteLineAsync(fault.ToString());
            await DoAsync(fault);
        }
    }

    private async Task DoAsync(PlannedFault fault)
    {
        var process = deployment.Processes.Single(p => p.Name == fault.Target);
        var from = TimeProvider.System.GetUtcNow();
        await (fault.Harm switch
        {
            Harm.Kill => KillAsync(process, fault.For),
            Harm.Pause => AroundAsync(fault.For, process.PauseAsync, process.ContinueAsync),
            Harm.ClockShift => ShiftAsync(process, fault.For),
            Harm.SlowNames => AroundAsync(fault.For, () => NamesTakeAsync(800), () => NamesTakeAsync(0)),
            Harm.ReceiverDown => AroundAsync(fault.For, () => receivers.SetDownAsync(true), () => receivers.SetDownAsync(false)),
            Harm.DiskFull => FillAsync(process, fault.For),
            Harm.RollingRestart => RestartAllAsync(),
            Harm.DatabaseRestart => deployment.Cluster!.RestartAsync(),
            Harm.ConnectionsTerminated => deployment.TerminateConnectionsAsync(),
            Harm.Cut => CutAsync(process, fault.For),
            Harm.Delay => AroundAsync(fault.For, () => Done(() => process.Proxy!.Delay = TimeSpan.FromMilliseconds(100)), () => Done(() => process.Proxy!.Delay = default)),
            Harm.CommitAnswerLost => AroundAsync(fault.For, () => Done(() => process.Proxy!.LoseCommits(2)), () => Done(() => process.Proxy!.LoseCommits(0))),
            var harm => throw new NotSupportedException(harm.ToString()),
        });
        log.Append(new Disturbance(fault.Harm, fault.Target, from, TimeProvider.System.GetUtcNow()));
    }

    private async Task KillAsync(ServiceProcess process, TimeSpan pause)
    {
        await process.KillAsync();
        await Pause.ForAsync(pause, CancellationToken.None);
        await StartAsync(process);
    }

    /// <summary>In order, as a deploy would, onto a machine whose clock is wrong the other way.</summary>
    private async Task ShiftAsync(ServiceProcess process, TimeSpan pause)
    {
        await process.TerminateAsync();
        await Pause.ForAsync(pause, CancellationToken.None);
        process.ClockShift = process.ClockShift == TimeSpan.Zero ? WrongBy : -process.ClockShift;
        await StartAsync(process);
    }

    /// <summary>One process after the other, each when the one before is ready again.</summary>
    private async Task RestartAllAsync()
    {
        foreach (var process in deployment.Processes)
        {
            await process.TerminateAsync();
            await StartAsync(process);
        }
    }

    private async Task StartAsync(ServiceProcess process)
    {
        process.Start();
        if (!await process.UntilReadyAsync(deployment.Client, CancellationToken.None))
            await StartAsync(process); // as whoever supervises it would
    }

    /// <summary>At least until the process says that it is not ready, and then until it says that it is.</summary>
    private async Task CutAsync(ServiceProcess process, TimeSpan time)
    {
        var from = TimeProvider.System.GetUtcNow();
        process.Proxy!.Cut();
        var red = await UntilAsync(process, isReady: false, RedWithin);
        var wasLive = await process.IsAsync(deployment.Client, "live", CancellationToken.None);
        await Pause.ForAsync(from + time - TimeProvider.System.GetUtcNow(), CancellationToken.None);
        process.Proxy.Mend();
        var mended = TimeProvider.System.GetUtcNow();
        log.Append(new Readiness(process.Name, from, red, wasLive, mended, await UntilAsync(process, isReady: true, ReadyWithin)));
    }

    private async Task<DateTimeOffset?> UntilAsync(ServiceProcess process, bool isReady, TimeSpan within)
    {
        var end = TimeProvider.System.GetUtcNow() + within;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (TimeProvider.System.GetUtcNow() < end)
        {
            if (await process.IsAsync(deployment.Client, "ready", CancellationToken.None) == isReady)
                return TimeProvider.System.GetUtcNow();
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
        return null;
    }

    /// <summary>
    /// The database's files can't grow any more. At every other process it is the server's log, too, that wants room at once, and the server ends of
    /// it; it is started again when there is room.
    /// </summary>
    private async Task FillAsync(ServiceProcess process, TimeSpan time)
    {
        await deployment.Reader.ShrinkLogAsync();
        if (deployment.Disk is { } disk)
            await AroundAsync(time, () => FillAsync(disk, wantsLog: process.Name[^1] % 2 == 0), () => Done(disk.Free));
        else
            await AroundAsync(time, () => process.LimitFilesAsync(16 * 1024), () => process.LimitFilesAsync(null));
        while (deployment.Cluster is { } cluster && !await deployment.Reader.AnswersAsync())
            await cluster.RestartAsync();
    }

    private async Task FillAsync(Disk disk, bool wantsLog)
    {
        disk.Fill();
        if (wantsLog)
            await deployment.Reader.SwitchLogAsync();
    }

    private Task NamesTakeAsync(int milliseconds) =>
        File.WriteAllTextAsync(deployment.NamesFile, milliseconds.ToString(CultureInfo.InvariantCulture));

    private static async Task AroundAsync(TimeSpan time, Func<Task> begin, Func<Task> end)
    {
        await begin();
        await Pause.ForAsync(time, CancellationToken.None);
        await end();
    }

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
