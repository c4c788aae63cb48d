using System.Globalization;
using Faults.Histories;
using Faults.Load;
using Faults.Processes;

namespace Faults.Disturbing;

/// <summary>Does what the plan says, and logs what it did.</summary>
internal sealed class Disturber(Deployment deployment, Receivers receivers, HistoryLog log, TextWriter output)
{
    private static readonly TimeSpan WrongBy = TimeSpan.FromMinutes(5);

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
            Harm.DatabaseRestart => deployment.Cluster!.RestartAsync(),
            Harm.ConnectionsTerminated => deployment.TerminateConnectionsAsync(),
            Harm.Cut => AroundAsync(fault.For, () => Done(process.Proxy!.Cut), () => Done(process.Proxy!.Mend)),
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

    /// <summary>In order, as a deploy would, onto a machine whose clock is wrong.</summary>
    private async Task ShiftAsync(ServiceProcess process, TimeSpan pause)
    {
        await process.TerminateAsync();
        await Pause.ForAsync(pause, CancellationToken.None);
        var shift = process.Name[^1] % 2 == 0 ? WrongBy : -WrongBy;
        await StartAsync(process, (Inside.Settings.ClockShiftName, shift.ToString("c", CultureInfo.InvariantCulture)));
    }

    private async Task StartAsync(ServiceProcess process, params (string, string)[] more)
    {
        process.Start(more);
        if (!await process.UntilReadyAsync(deployment.Client, CancellationToken.None))
            await StartAsync(process, more); // as whoever supervises it would
    }

    /// <summary>The database's file, and its journal, can't grow any more.</summary>
    private static Task FillAsync(ServiceProcess process, TimeSpan time) =>
        AroundAsync(time, () => process.LimitFilesAsync(16 * 1024), () => process.LimitFilesAsync(null));

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
