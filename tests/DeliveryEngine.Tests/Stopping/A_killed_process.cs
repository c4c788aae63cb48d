using DeliveryEngine.Tests.Stage;

namespace DeliveryEngine.Tests.Stopping;

public sealed class A_killed_process
{
    private const int Owed = 200;
    private const int Answered = 40;
    private const int Hanging = 10;

    [Theory, EveryDatabase]
    public async Task Loses_nothing_and_leaves_a_row_for_each_request(On database)
    {
        string[] quickly = ["Deliveries:Lease=00:00:05", "Deliveries:Timeout=00:00:03", "Deliveries:ThrottleFloor=00:00:00"];
        await using var scene = await Scene.OnAsync(database);
        var (receiver, killed) = (scene.Listen("127.0.0.1"), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        receiver.Answers(async _ =>
        {
            if (receiver.Requests.Count > Answered)
                await killed.Task;
            return new Answer(200);
        });
        var job = await scene.OweAsync(receiver, Owed);

        await using (var first = EngineProcess.Start(scene, [.. quickly, "Deliveries:Name=first"]))
        {
            await receiver.ArrivedAsync(Answered + Hanging, scene.Patience);
            await first.KillAsync();
        }
        var open = (await scene.AttemptsAsync()).FindAll(a => a.FinishedAt is null);
        killed.SetResult();
        await using (var second = EngineProcess.Start(scene, [.. quickly, "Deliveries:Name=second"]))
        {
            await scene.UntilAsync(() => scene.IsAllDeliveredAsync(job));
            Assert.Equal(0, await second.TerminateAsync());
        }

        var attempts = (await scene.AttemptsAsync()).ToLookup(a => a.DeliveryId);
        var requests = receiver.Requests.ToLookup(r => r.WebhookId);
        Assert.True(open.Count >= Hanging);
        Assert.All(open, lost => Assert.Equal(
            [(1, "first", "engine_lost"), (2, "second", null)], attempts[lost.DeliveryId].Select(a => (a.Number, a.Engine, a.Error))));
        Assert.All(await scene.DeliveriesAsync(), d =>
        {
            Assert.InRange(requests[$"evt_{d.JobId}_{d.Seq}"].Count(), 1, attempts[d.Id].Count());
            Assert.Single(requests[$"evt_{d.JobId}_{d.Seq}"].Select(r => Convert.ToBase64String(r.Body)).Distinct());
            Assert.Equal(d.Attempts, attempts[d.Id].Count());
        });
    }
}
