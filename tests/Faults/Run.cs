using Faults.Disturbing;
using Faults.Histories;
using Faults.Load;
using Faults.Processes;

namespace Faults;

/// <summary>One run: start everything, let clients and faults loose, stop them, wait for the end of all work, read the database, judge.</summary>
internal sealed class Run(Options options, TextWriter output)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ThrottleFloor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan[] Schedule =
        [.. new[] { 0, 0.2, 0.5, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2 }.Select(TimeSpan.FromSeconds)];

    /// <summary>A lease outlasts a send by 5 s.</summary>
    private static readonly TimeSpan Lease = Timeout + TimeSpan.FromSeconds(5);

    public async Task<History> RecordAsync(string folder, CancellationToken stop = default)
    {
        using var log = new HistoryLog(Path.Combine(folder, "history"));
        await using var receivers = await Receivers.StartAsync(log, options.Seed);
        await using var deployment = await StartAsync(folder, receivers);
        deployment.Processes.ForEach(p => p.Exited = log.Append);
        using var driver = new Driver(deployment, receivers, log, options.Seed);
        await driver.PrepareAsync();
        var terms = TermsOf(options) with { Clocks = deployment.Processes.ToDictionary(p => p.Name, p => p.ClockShift) };
        var hasServer = deployment.Cluster is not null;
        var plan = options.Plan ?? FaultPlan.Draw(
            options.Seed, options.Duration, [.. deployment.Processes.Select(p => p.Name)], hasServer, !hasServer || deployment.Disk is not null, Lease);

        var from = TimeProvider.System.GetUtcNow();
        using (var time = CancellationTokenSource.CreateLinkedTokenSource(stop))
        {
            var measuring = MeasureAsync(deployment, log, time.Token);
            var driving = driver.RunAsync(options.Rate, time.Token);
            var disturbing = new Disturber(deployment, receivers, log, output).RunAsync(plan, options.Duration);
            await disturbing; // before the time: a run whose faults have failed to happen proves nothing
            await Pause.ForAsync(from + options.Duration - TimeProvider.System.GetUtcNow(), stop);
            await time.CancelAsync();
            await driving;
            await measuring;
        }
        receivers.IsHealed = true;
        terms = terms with { QuietFrom = TimeProvider.System.GetUtcNow() };
        await driver.LetGoAsync();
        terms = terms with { DoneAt = await UntilDoneAsync(deployment, options.Patience, output, stop) };
        await driver.FinishAsync();
        foreach (var process in deployment.Processes)
            await process.TerminateAsync(stop);
        await deployment.Reader.ReadAsync(log, CancellationToken.None);
        log.Append(terms);
        return log.Read();
    }

    public static Terms TermsOf(Options options) => new()
    {
        Database = options.Database, Seed = options.Seed, Lease = Lease, Timeout = Timeout, ThrottleFloor = ThrottleFloor, AskedToWait = Personality.AskedToWait,
        Schedule = Schedule, From = TimeProvider.System.GetUtcNow(),
    };

    private Task<Deployment> StartAsync(string folder, Receivers receivers) => options.Database == "Sqlite"
        ? Deployment.OnSqliteAsync(folder, options.Programs, Settings(receivers))
        : Deployment.OnPostgreSqlAsync(folder, options.Programs, Settings(receivers), options.Engines);

    /// <summary>Short waits and leases, so that much happens in little time.</summary>
    public static Dictionary<string, string> Settings(Receivers receivers)
    {
        var settings = new Dictionary<string, string>(receivers.EgressSettings)
        {
            ["Jobs__Lease"] = "00:00:10",
            ["Jobs__RetryFirst"] = "00:00:00.5",
            ["Jobs__RetryLongest"] = "00:00:02",
            ["Jobs__StopGrace"] = "00:00:01",
            ["Deliveries__Lease"] = "00:00:05",
            ["Deliveries__Timeout"] = Timeout.ToString(),
            ["Deliveries__ThrottleFloor"] = ThrottleFloor.ToString(),
        };
        for (var i = 0; i < Schedule.Length; i++)
            settings[$"Deliveries__Schedule__{i}"] = Schedule[i].ToString();
        return settings;
    }

    private static async Task MeasureAsync(Deployment deployment, HistoryLog log, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromSeconds(2));
        try
        {
            while (await pause.WaitForNextTickAsync(stop))
                foreach (var usage in deployment.Processes.Select(p => p.Measure()).OfType<Usage>())
                    log.Append(usage);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Waits until nothing is pending or running; answers when that was, or null where it did not come in time.</summary>
    public static async Task<DateTimeOffset?> UntilDoneAsync(Deployment deployment, TimeSpan patience, TextWriter output, CancellationToken stop)
    {
        var end = TimeProvider.System.GetUtcNow() + patience;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (await deployment.Reader.CountOpenAsync(stop) is var open && open != (0, 0))
        {
            if (TimeProvider.System.GetUtcNow() > end)
            {
                await output.WriteLineAsync($"{open.Jobs} jobs and {open.Deliveries} deliveries are still open.");
                return null;
            }
            await pause.WaitForNextTickAsync(stop);
        }
        return TimeProvider.System.GetUtcNow();
    }
}
