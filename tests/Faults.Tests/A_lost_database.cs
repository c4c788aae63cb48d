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

    [Theory(Timeout = 300_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task is_said_to_callers_in_time_however_many_there_are(bool isSilent)
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        using var log = new HistoryLog(Path.Combine(folder.Path, "history"));
        await using var receivers = await Receivers.StartAsync(log, 1);
        var settings = Run.Settings(receivers);
        settings["Api__RequestTimeout"] = "00:00:02";
        await using var deployment = await Deployment.OnPostgreSqlAsync(folder.Path, AppContext.BaseDirectory, settings, engines: 0);
        var (api, calls) = (deployment.Processes[0], new Calls(deployment, log));
        var job = (await SubmitAsync("before")).JobId;

        if (isSilent)
            api.Proxy!.Hold();
        else
            api.Proxy!.Cut();
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => (i % 3) switch
        {
            0 => SubmitAsync($"during {i}"),
            1 => calls.SendAsync(calls.Begin(CallKind.Cancel, "cancel"), HttpMethod.Delete, api.Address, $"/jobs/{job}", null),
            _ => calls.SendAsync(calls.Begin(CallKind.Redrive, "redrive"), HttpMethod.Post, api.Address, $"/jobs/{job}/redrive", null),
        }));
        var isLive = await api.IsAsync(deployment.Client, "live", stop);
        api.Proxy!.Mend();
        await UntilAsync(deployment, "ready", isSo: true, stop);

        Assert.All(answers, answer => Assert.Equal((503, null), (answer.Status, answer.Broke)));
        Assert.True(isLive);
        Assert.Equal(202, (await SubmitAsync("after")).Status);

        Task<ClientCall> SubmitAsync(string subject) => calls.SendAsync(
            calls.Begin(CallKind.Submit, subject), HttpMethod.Post, api.Address, "/jobs", new() { ["type"] = "nobody.works" });
    }

    private static async Task UntilAsync(Deployment deployment, string state, bool isSo, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        foreach (var process in deployment.Processes)
            while (await process.IsAsync(deployment.Client, state, stop) != isSo)
                await pause.WaitForNextTickAsync(stop);
    }
}
