using DeliveryEngine.Tests.Stage;
using Storage.Deliveries;

namespace DeliveryEngine.Tests.Receivers;

public sealed class A_receivers_share
{
    private const int LargestPage = 8 * 1024 * 1024;

    [Theory, EveryDatabase]
    public async Task Is_at_most_so_many_requests_at_once_in_all_and_for_each(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlight=6", "Deliveries:MaxInFlightPerReceiver=4");
        var (one, other) = (scene.Listen("one"), scene.Listen("other"));
        await scene.GreetAsync(scene.Node, one, other);
        one.Hold();
        other.Hold();
        var (first, second) = (await scene.OweAsync(one, deliveries: 50), await scene.OweAsync(other, deliveries: 50));
        await scene.Node.TakeTurnAsync();
        await Task.WhenAll(one.ArrivedAsync(4, scene.Patience), other.ArrivedAsync(4, scene.Patience));
        one.LetGo();
        other.LetGo();

        await scene.Node.WorkAsync();

        Assert.True(await scene.IsAllDeliveredAsync(first) && await scene.IsAllDeliveredAsync(second));
        Assert.Equal(6, scene.MostAtOnce);
        Assert.InRange(one.MostAtOnce, 3, 4);
        Assert.InRange(other.MostAtOnce, 3, 4);
    }

    [Theory, EveryDatabase]
    public async Task Begins_small_and_grows_with_good_answers(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlightPerReceiver=32");
        var receiver = scene.Listen();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answers(async _ =>
        {
            if (receiver.Requests.Count > 200)
                await gate.Task;
            return new Answer(200);
        });
        receiver.Hold();
        await scene.OweAsync(receiver, deliveries: 300);
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(8, scene.Patience);
        await scene.Node.TakeTurnAsync();
        Assert.Equal(8, receiver.MostAtOnce);

        receiver.LetGo();
        var work = scene.Node.WorkAsync();
        await receiver.ArrivedAsync(232, scene.Patience); // from the 201st on none is answered yet
        gate.SetResult();
        await work;
        Assert.Equal(32, receiver.MostAtOnce);
    }

    [Theory, EveryDatabase]
    public async Task Comes_in_20_ms_to_new_ones_that_found_no_room_while_others_like_them_answer(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlight=8");
        foreach (var receiver in Enumerable.Range(0, 20).Select(n => scene.Listen($"receiver-{n}")))
            await scene.OweAsync(receiver, deliveries: 1);

        for (var round = 0; round < 20; round++)
        {
            await scene.Node.WorkAsync();
            scene.Clock.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.All(await scene.DeliveriesAsync(), delivery => Assert.Equal(DeliveryStatus.Delivered, delivery.Status));
    }

    [Theory, EveryDatabase]
    public async Task Is_equal_where_many_have_more_than_there_is_room_for(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlight=1");
        List<Listener> receivers = [.. Enumerable.Range(0, 100).Select(n => scene.Listen($"receiver-{n}"))];
        await scene.GreetAsync(scene.AddNode("Deliveries:MaxInFlight=256"), receivers);
        var greetings = (await scene.DeliveriesAsync()).Select(d => d.Id).ToHashSet();
        foreach (var receiver in receivers)
            await scene.OweAsync(receiver, deliveries: 30);

        await scene.Node.TakeTurnAsync();

        var begun = (await scene.AttemptsAsync()).Select(a => a.DeliveryId).ToHashSet();
        var queues = (await scene.DeliveriesAsync()).Where(d => !greetings.Contains(d.Id)).GroupBy(d => d.ReceiverId).ToList();
        Assert.Equal(100, queues.Count);
        Assert.All(queues, queue => Assert.Equal(20, queue.Count(d => begun.Contains(d.Id))));
    }

    [Theory, EveryDatabase]
    public async Task Is_of_the_first_turn_however_much_another_is_owed(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (busy, quiet) = (scene.Listen("busy"), scene.Listen("quiet"));
        busy.Hold();
        quiet.Hold();
        await scene.OweAsync(busy, deliveries: 5000);
        await scene.OweAsync(quiet, deliveries: 1);

        await scene.Node.TakeTurnAsync();

        await Task.WhenAll(busy.ArrivedAsync(8, scene.Patience), quiet.ArrivedAsync(1, scene.Patience));
        Assert.InRange((await scene.AttemptsAsync()).Count, 9, 33); // a few times what may be in flight, and the other's
        busy.LetGo();
        quiet.LetGo();
    }

    [Theory, EveryDatabase]
    public async Task Is_of_the_first_turn_however_large_the_bodies_of_others_are(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        List<Listener> receivers = [scene.Listen("large"), scene.Listen("large-too"), scene.Listen("small")];
        receivers.ForEach(receiver => receiver.Hold());
        var large = await scene.OweAsync(receivers[0], deliveries: 20, bytesEach: 1024 * 1024);
        var largeToo = await scene.OweAsync(receivers[1], deliveries: 20, bytesEach: 1024 * 1024);
        var small = await scene.OweAsync(receivers[2], deliveries: 3);

        await scene.Node.TakeTurnAsync();

        var attempted = (await scene.AttemptsAsync()).Select(a => a.DeliveryId).ToHashSet();
        var begun = (await scene.DeliveriesAsync()).FindAll(d => attempted.Contains(d.Id));
        Assert.InRange(begun.Sum(d => (long)d.BodyBytes), LargestPage - 1024 * 1024, LargestPage);
        Assert.InRange(begun.Count(d => d.JobId == large.Id), 3, 4);
        Assert.InRange(begun.Count(d => d.JobId == largeToo.Id), 3, 4);
        Assert.Equal(3, begun.Count(d => d.JobId == small.Id));
        receivers.ForEach(receiver => receiver.LetGo());
        await scene.Node.WorkAsync();
        Assert.True(await scene.IsAllDeliveredAsync(large) && await scene.IsAllDeliveredAsync(largeToo));
    }

    [Theory, EveryDatabase]
    public async Task Is_one_delivery_at_least_however_large(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        var job = await scene.OweAsync(receiver, deliveries: 2, bytesEach: LargestPage + 1);

        await scene.Node.WorkAsync();

        Assert.True(await scene.IsAllDeliveredAsync(job));
    }

    [Theory, EveryDatabase]
    public async Task Is_split_between_first_attempts_and_retries(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlightPerReceiver=2", "Deliveries:BreakerFailures=1000");
        var receiver = scene.Listen();
        receiver.Answers(404);
        var old = await scene.OweAsync(receiver, deliveries: 100);
        await scene.Node.WorkAsync();
        receiver.Answers(200);
        await scene.GreetAsync(scene.Node, receiver);
        scene.Clock.Advance(TimeSpan.FromSeconds(6)); // a hundred retries are due before anything that happens now
        var fresh = await scene.OweAsync(receiver, deliveries: 20);
        var before = receiver.Requests.Count;

        await scene.Node.WorkAsync();

        Assert.True(await scene.IsAllDeliveredAsync(old) && await scene.IsAllDeliveredAsync(fresh));
        var last = receiver.Requests.Skip(before).ToList().FindLastIndex(r => r.WebhookId.Contains(fresh.Id.ToString(), StringComparison.Ordinal));
        Assert.InRange(last, 19, 45);
    }

    [Theory, EveryDatabase]
    public async Task Of_the_places_is_half_at_the_most_for_those_that_have_yet_to_show_that_they_answer(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlight=32");
        var known = scene.Listen("known");
        await scene.GreetAsync(scene.Node, known);
        List<Listener> hanging = [.. Enumerable.Range(0, 60).Select(n => scene.Listen($"hangs-{n}"))];
        foreach (var one in hanging)
        {
            one.Hold();
            await scene.OweAsync(one, deliveries: 10);
        }
        for (var turn = 0; turn < 3; turn++)
            await scene.Node.TakeTurnAsync();
        Assert.InRange((await scene.AttemptsAsync()).Count - 1, 8, 16);

        var job = await scene.OweAsync(known, deliveries: 50);
        await scene.Node.WorkUntilAsync(() => scene.IsAllDeliveredAsync(job));

        hanging.ForEach(one => one.LetGo());
    }

    [Theory, EveryDatabase]
    public async Task Of_the_places_leaves_some_to_another_tenant(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlight=32");
        List<Listener> hanging = [.. Enumerable.Range(0, 60).Select(n => scene.Listen($"hangs-{n}"))];
        foreach (var one in hanging)
        {
            one.Hold();
            await scene.OweAsync(one, deliveries: 10);
        }
        for (var turn = 0; turn < 3; turn++)
            await scene.Node.TakeTurnAsync();

        var other = await scene.FinishJobAsync(await scene.AddTenantAsync(), scene.Listen("of-another-tenant"));
        await scene.Node.WorkUntilAsync(() => scene.IsAllDeliveredAsync(other));

        Assert.Single(await scene.AttemptsAsync(), a => a.FinishedAt is not null); // nobody had to time out first
        hanging.ForEach(one => one.LetGo());
    }

    [Theory, EveryDatabase]
    public async Task Of_an_origin_is_bounded_over_all_tenants(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxInFlightPerOrigin=5");
        var receiver = scene.Listen();
        receiver.Hold();
        var jobs = new List<Storage.Jobs.Job>();
        for (var tenant = 0; tenant < 3; tenant++)
        {
            var id = await scene.AddTenantAsync();
            for (var i = 0; i < 4; i++)
                jobs.Add(await scene.FinishJobAsync(id, receiver));
        }
        await scene.Node.TakeTurnAsync();
        await receiver.ArrivedAsync(5, scene.Patience);
        receiver.LetGo();
        await scene.Node.WorkAsync();

        Assert.Equal((5, 12), (receiver.MostAtOnce, receiver.Requests.Count));
    }

    [Theory, EveryDatabase]
    public async Task Of_a_host_is_a_rate_over_all_tenants_and_ports_where_one_is_set(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:MaxPerSecondPerHost=5", "Deliveries:Lease=00:10:00");
        var (victim, bystander) = (scene.Listen("victim"), scene.Listen("bystander"));
        for (var tenant = 0; tenant < 3; tenant++)
        {
            var id = await scene.AddTenantAsync();
            for (var i = 0; i < 4; i++)
                await scene.FinishJobAsync(id, victim);
        }
        var other = await scene.FinishJobAsync(bystander);

        await scene.Node.WorkUntilAsync(async () => victim.Requests.Count == 5 && await scene.IsAllDeliveredAsync(other));
        for (var sent = 6; sent <= 12; sent++)
        {
            scene.Clock.Advance(TimeSpan.FromMilliseconds(199));
            Assert.Equal(sent - 1, victim.Requests.Count);
            scene.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await victim.ArrivedAsync(sent, scene.Patience);
        }
        await scene.Node.WorkAsync();

        Assert.All(await scene.DeliveriesAsync(), d => Assert.Equal((Storage.Deliveries.DeliveryStatus.Delivered, 1), (d.Status, d.Attempts)));
    }
}
