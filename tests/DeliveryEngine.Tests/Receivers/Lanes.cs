using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Receivers;

public sealed class Lanes
{
    [Theory, EveryDatabase]
    public async Task Let_several_engines_serve_one_receiver_at_once(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxReceivers=2");
        var (receiver, second) = (scene.Listen(), scene.AddNode());
        await scene.GreetAsync(scene.Node, receiver);
        await scene.SetLanesAsync(receiver, 4);
        receiver.Hold();
        var jobs = new List<Job>();
        for (var i = 0; i < 40; i++)
            jobs.Add(await scene.FinishJobAsync(receiver));

        await scene.Node.TakeTurnAsync();
        await second.TakeTurnAsync();
        await receiver.ArrivedAsync(5, scene.Patience);
        Assert.Equal(2, (await scene.AttemptsAsync()).Where(a => a.FinishedAt is null).Select(a => a.Engine).Distinct().Count());
        receiver.LetGo();
        await Task.WhenAll(Task.Run(scene.Node.WorkAsync, scene.Patience), Task.Run(second.WorkAsync, scene.Patience));

        Assert.Equal(41, receiver.Requests.Select(r => r.WebhookId).Distinct().Count());
        Assert.Equal(41, receiver.Requests.Count);
        Assert.All(await scene.DeliveriesAsync(), d => Assert.Equal(DeliveryStatus.Delivered, d.Status));
    }

    [Theory, EveryDatabase]
    public async Task Keep_the_order_of_a_job_while_their_number_changes(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (receiver, second) = (scene.Listen(), scene.AddNode());
        await scene.GreetAsync(scene.Node, receiver);
        var jobs = new List<Job>();
        for (var i = 0; i < 6; i++)
            jobs.Add(await scene.OweAsync(receiver, deliveries: 3, ordering: Ordering.Block));
        foreach (var lanes in (int[])[4, 2, 1])
        {
            await scene.SetLanesAsync(receiver, lanes);
            foreach (var job in jobs)
                await scene.OweMoreAsync(job, deliveries: 3);
            await scene.Node.TakeTurnAsync();
        }

        await Task.WhenAll(Task.Run(scene.Node.WorkAsync, scene.Patience), Task.Run(second.WorkAsync, scene.Patience));
        await scene.Node.WorkAsync();
        await second.WorkAsync();

        foreach (var job in jobs)
        {
            var expected = (await scene.DeliveriesAsync(job)).Select(d => $"evt_{job.Id}_{d.Seq}").ToList();
            Assert.Equal(12, expected.Count);
            Assert.Equal(expected, receiver.Requests.Select(r => r.WebhookId).Where(id => id.Contains(job.Id.ToString(), StringComparison.Ordinal)));
        }
    }
}
