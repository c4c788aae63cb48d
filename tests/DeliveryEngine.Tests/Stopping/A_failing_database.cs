using System.Data.Common;
using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;

namespace DeliveryEngine.Tests.Stopping;

public sealed class A_failing_database
{
    [Theory, EveryDatabase("Attempts", "Deliveries", "Receivers")]
    public async Task Loses_no_outcome_and_repeats_no_request(On database, string table)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Hold();
        var job = await scene.OweAsync(receiver, deliveries: 12);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(8, scene.Patience);

        await scene.ExecuteAsync($"ALTER TABLE {table} RENAME TO Elsewhere");
        receiver.LetGo();
        await scene.Node.ReturnedAsync(8);
        await Assert.ThrowsAnyAsync<DbException>(scene.Node.TakeTurnAsync);
        await scene.ExecuteAsync($"ALTER TABLE Elsewhere RENAME TO {table}");
        await scene.Node.WorkAsync();

        Assert.True(await scene.IsAllDeliveredAsync(job));
        Assert.Equal(12, receiver.Requests.Select(r => r.WebhookId).Distinct().Count());
        Assert.Equal(12, receiver.Requests.Count);
        Assert.All(await scene.AttemptsAsync(), a => Assert.Equal((1, 200), (a.Number, a.StatusCode)));
    }

    [Theory, EveryDatabase]
    public async Task Sends_nothing_whose_attempt_row_could_not_be_written(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        await scene.FinishJobAsync(receiver);

        await scene.ExecuteAsync("ALTER TABLE Attempts RENAME TO Elsewhere");
        await Assert.ThrowsAnyAsync<DbException>(scene.Node.TakeTurnAsync);
        Assert.Empty(receiver.Requests);

        await scene.ExecuteAsync("ALTER TABLE Elsewhere RENAME TO Attempts");
        await scene.Node.WorkAsync();
        Assert.Single(receiver.Requests);
    }
}
