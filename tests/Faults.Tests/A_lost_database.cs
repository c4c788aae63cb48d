using Faults.Histories;
using Faults.Load;
using Faults.Processes;
using Fixtures;

namespace Faults.Tests;

public sealed class A_lost_database
{
    [Fact(Timeout = 300_000)]
    public async Task turns_readiness_red_and_ends_no_process_and_work_goes_on_when_it_is_back()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        using var log = new HistoryLog(Path.Combine(folder.Path, "history"));
        await using var receivers = await Receivers.StartAsync(log, 1);
        await using var deployment = await Deployment.OnPostgreSqlAsync(folder.Path, AppContext.BaseDirectory, Run.Settings(receivers), engines: 1);
        var exits = new List<Exit>();
        deployment.Processes.ForEach(p => p.Exited = exits.Add);
        var calls = new Calls(deployment, log);

        deployment.Processes.ForEach(p => p.Proxy!.Cut());
        await UntilAsync(deployment, "ready", isSo: false, stop);
        await UntilAsync(deployment, "live", isSo: true, stop);
        deployment.Processes.ForEach(p => p.Proxy!.Mend());
        await UntilAsync(deployment, "ready", isSo: true, stop);
        var accepted = await SubmitAsync("when it is back");
        await Run.UntilDoneAsync(deployment, TimeSpan.FromSeconds(90), TextWriter.Null, stop);
        await deployment.Reader.ReadAsync(log, stop);

        Assert.Empty(exits);
        Assert.Equal(202, accepted.Status);
        var audit = log.ReadAudit();
        var callback = Assert.Single(audit.Callbacks, c => c.JobId == accepted.JobId);
        Assert.Equal(1, Assert.Single(audit.Deliveries, d => d.CallbackId == callback.Id).Status);

        Task<ClientCall> SubmitAsync(string subject) => calls.SendAsync(
            calls.Begin(CallKind.Submit, subject), HttpMethod.Post, deployment.Processes[0].Address, "/jobs", new()
            {
                ["type"] = "http.request", ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["subject"] = subject },
                ["input"] = new System.Text.Json.Nodes.JsonObject { ["method"] = "POST", ["url"] = receivers.WorkUrl("one") },
                ["callback_url"] = receivers.UrlOf(Personality.All[0], "/healthy/shared/one.0"),
            });
    }

    private static async Task UntilAsync(Deployment deployment, string state, bool isSo, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        foreach (var process in deployment.Processes)
            while (await process.IsAsync(deployment.Client, state, stop) != isSo)
                await pause.WaitForNextTickAsync(stop);
    }
}
