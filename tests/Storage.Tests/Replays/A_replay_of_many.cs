using Microsoft.EntityFrameworkCore;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Replays;
using Storage.Tests.Databases;
using Storage.Tests.Deliveries;
using static Storage.Tests.Replays.ReplayStory;

namespace Storage.Tests.Replays;

public sealed class A_replay_of_many
{
    private const string Other = "https://other.example/hook";

    [Theory, EveryDatabase]
    public async Task Starts_one_round_of_each_delivery_that_matches_and_wakes_their_receivers(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(7);
        await storage.ParkAsync(3, Other);
        await storage.FinishAsync();
        storage.Clock.Advance(TimeSpan.FromDays(2));
        var replay = await storage.AskAsync();

        await storage.RunAsync();

        var deliveries = await storage.AllAsync();
        Assert.Equal((1, 10), (deliveries.Count(d => d.Round == 1), deliveries.Count(d => d.Round == 2)));
        Assert.All(deliveries.Where(d => d.Round == 2), d => Assert.Equal(
            (DeliveryStatus.Pending, null, storage.Clock.GetUtcNow(), storage.Clock.GetUtcNow(), 0), (d.Status, d.Reason, d.DueAt, d.RoundAt, d.Failures)));
        var done = await storage.FindAsync(replay);
        Assert.Equal((ReplayStatus.Completed, 10, 10, 0), (done.Status, done.Matched, done.Replayed, done.Skipped));
        Assert.Equal(storage.Clock.GetUtcNow(), done.FinishedAt);
        Assert.Equal((1, 1), ((await storage.ReceiverAsync())!.Poked, (await storage.ReceiverAsync(Other))!.Poked));
    }

    [Theory, EveryDatabase]
    public async Task Goes_on_where_the_last_batch_ended(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(5);
        await storage.AskAsync(rate: 2);
        var rounds = new List<int>();

        for (var batch = 0; batch < 4; batch++)
        {
            await storage.RunAsync();
            rounds.Add((await storage.AllAsync()).Count(d => d.Round == 2));
            storage.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([2, 4, 5, 5], rounds);
        Assert.DoesNotContain(await storage.AllAsync(), d => d.Round > 2);
    }

    [Theory, EveryDatabase]
    public async Task Keeps_its_rate_however_late_it_is_run(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(50);
        await storage.AskAsync(rate: 10);

        await storage.RunAsync();
        storage.Clock.Advance(TimeSpan.FromMilliseconds(900));
        await storage.RunAsync();
        Assert.Equal(10, (await storage.AllAsync()).Count(d => d.Round == 2));
        storage.Clock.Advance(TimeSpan.FromHours(1)); // nobody ran it for so long: a second of it is caught up on, no hour
        await storage.RunAsync();
        Assert.Equal(30, (await storage.AllAsync()).Count(d => d.Round == 2));
    }

    [Theory, EveryDatabase]
    public async Task Takes_less_than_one_a_second_where_asked(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(3);
        await storage.AskAsync(rate: 0.5);

        await storage.RunAsync();
        storage.Clock.Advance(TimeSpan.FromSeconds(1.9));
        await storage.RunAsync();
        Assert.Equal(1, (await storage.AllAsync()).Count(d => d.Round == 2));
        storage.Clock.Advance(TimeSpan.FromSeconds(0.1));
        await storage.RunAsync();
        Assert.Equal(2, (await storage.AllAsync()).Count(d => d.Round == 2));
    }

    [Theory, EveryDatabase]
    public async Task Matches_by_every_filter(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var first = await storage.ParkAsync(1);
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await storage.ParkAsync(1, Other, "gone");
        storage.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([first[0], second[0]], await MatchingAsync(_ => { }));
        Assert.Equal([second[0]], await MatchingAsync(f => f.Reason = "gone"));
        Assert.Equal([second[0]], await MatchingAsync(f => f.ReceiverId = Receiver.IdOf(storage.Tenant, Origin.Of(Other))));
        Assert.Equal([first[0]], await MatchingAsync(f => f.JobId = first[0].JobId));
        Assert.Equal([first[0], second[0]], await MatchingAsync(f => f.EventType = JobEventType.Succeeded));
        Assert.Empty(await MatchingAsync(f => f.EventType = JobEventType.Failed));
        Assert.Empty(await MatchingAsync(f => f.Status = DeliveryStatus.Delivered));
        Assert.Equal([second[0]], await MatchingAsync(f => f.CreatedAfter = TestStorage.Start));
        Assert.Equal([first[0]], await MatchingAsync(f => f.CreatedBefore = TestStorage.Start.AddSeconds(1)));
        Assert.Equal([second[0]], await MatchingAsync(f => (f.CreatedAfter, f.Reason, f.EventType) = (TestStorage.Start, "gone", JobEventType.Succeeded)));

        async Task<List<Parked>> MatchingAsync(Action<Wanted> narrow)
        {
            var filter = ReplayFilter.Of(storage.NewReplay(narrow));
            var (count, page) = await storage.Database.ReadAsync(
                async s => (await filter.CountAsync(s, storage.Stop), await filter.ReadAsync(s, 100, storage.Stop)), storage.Stop);
            Assert.Equal(count, page.Count);
            return page.ConvertAll(c => first.Concat(second).Single(p => p.Id == c.Id));
        }
    }

    [Theory, EveryDatabase]
    public async Task Ends_at_what_was_there_when_it_was_asked_for(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(2);
        var replay = await storage.AskAsync();
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await storage.ParkAsync(2, Other);

        await storage.RunAsync();

        Assert.Equal(2, (await storage.FindAsync(replay)).Replayed);
        Assert.Equal(2, (await storage.AllAsync()).Count(d => d.Status == DeliveryStatus.Parked));
    }

    [Theory, EveryDatabase]
    public async Task Skips_what_has_no_callback_any_more_and_enables_the_others(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var gone = Assert.Single(await storage.ParkAsync(1, reason: "gone", disable: true));
        var deleted = Assert.Single(await storage.ParkAsync(1, Other));
        var callback = Assert.Single(await storage.Jobs.CallbacksAsync(deleted.JobId, storage.Stop));
        await storage.Writer.ChangeAsync(deleted.JobId, (log, job) =>
        {
            log.Remove(job!, callback);
            return Change.Made;
        }, storage.Stop);
        var replay = await storage.AskAsync();

        await storage.RunAsync();

        var done = await storage.FindAsync(replay);
        Assert.Equal((2, 1, 1, ReplayStatus.Completed), (done.Matched, done.Replayed, done.Skipped, done.Status));
        Assert.Equal(CallbackStatus.Active, Assert.Single(await storage.Jobs.CallbacksAsync(gone.JobId, storage.Stop)).Status);
        Assert.Empty(await storage.Database.ReadAsync(
            s => DeliveryPages.ReadGoneAsync(s, [Receiver.IdOf(storage.Tenant, Origin.Of(Story.Url))], TestStorage.Start, storage.Stop), storage.Stop));
        Assert.Equal(1, (await storage.DeliveriesAsync(deleted.JobId))[0].Round);
    }

    [Theory, EveryDatabase]
    public async Task Is_for_all_lanes_of_a_receiver_whichever_is_named(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(1);
        var main = Receiver.IdOf(storage.Tenant, Origin.Of(Story.Url));
        await storage.Get<ReceiverStore>().LimitAsync(storage.Tenant, main, limits => limits with { Lanes = 4 }, enabled: null, storage.Stop);
        for (var i = 0; i < 20; i++)
            await storage.FinishAsync();
        await storage.ParkAllAsync();
        var lanes = (await storage.AllAsync()).Select(d => d.ReceiverId).Distinct().ToList();
        Assert.True(lanes.Count > 1);

        foreach (var lane in lanes)
        {
            var filter = ReplayFilter.Of(storage.NewReplay(f => f.ReceiverId = lane));
            Assert.Equal(21, await storage.Database.ReadAsync(s => filter.CountAsync(s, storage.Stop), storage.Stop));
            var page = await storage.Database.ReadAsync(s => filter.ReadAsync(s, 15, storage.Stop), storage.Stop);
            Assert.Equal((await storage.AllAsync()).Take(15).Select(d => d.Id), page.Select(c => c.Id));
            var listed = await storage.Deliveries.ListAsync(storage.Tenant, new(null, null, lane, null, null, null, null, null, 100), storage.Stop);
            Assert.Equal((await storage.AllAsync()).Select(d => d.Id).Reverse(), listed.Select(d => d.Id));
        }
    }

    [Theory, EveryDatabase]
    public async Task Leaves_alone_what_belongs_to_a_disabled_receiver(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(2);
        await storage.ParkAsync(3, Other);
        await storage.Get<ReceiverStore>().LimitAsync(
            storage.Tenant, Receiver.IdOf(storage.Tenant, Origin.Of(Other)), limits => limits, enabled: false, storage.Stop);
        var replay = await storage.AskAsync();

        await storage.RunAsync();

        var done = await storage.FindAsync(replay);
        Assert.Equal((2, 3), (done.Replayed, done.Skipped));
        Assert.Equal(3, (await storage.AllAsync()).Count(d => d.Status == DeliveryStatus.Parked));
    }

    [Theory, EveryDatabase]
    public async Task Leaves_alone_what_is_no_longer_in_that_state(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var parked = await storage.ParkAsync(2);
        await storage.Deliveries.ReplayAsync(storage.Tenant, parked[0].Id, storage.Stop);

        var begun = await storage.Database.WriteAsync(
            s => NextRound.BeginAsync(
                s, [.. parked.Select(p => new Candidate(p.Id, p.ReceiverId, p.CallbackId))], DeliveryStatus.Parked, storage.Clock.GetUtcNow(), storage.Stop),
            storage.Stop);

        Assert.Equal(1, begun);
        Assert.All(await storage.AllAsync(), d => Assert.Equal(2, d.Round));
    }

    [Theory, EveryDatabase]
    public async Task Is_run_by_one_process_at_a_time_however_many_there_are(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(60);
        var replay = await storage.AskAsync(rate: 5);

        while ((await storage.FindAsync(replay)).Status == ReplayStatus.Running)
        {
            await Story.TogetherAsync(6, () => storage.Get<ReplayRuns>().RunOnceAsync(storage.Stop));
            storage.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.All(await storage.AllAsync(), d => Assert.Equal(2, d.Round));
        Assert.Equal(60, (await storage.FindAsync(replay)).Replayed);
    }

    [Theory, EveryDatabase]
    public async Task Does_nothing_while_it_is_paused_and_nothing_more_when_it_is_canceled(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(9);
        var (replay, replays) = (await storage.AskAsync(rate: 3), storage.Get<ReplayStore>());

        Assert.Equal(ReplayStatus.Paused, (await replays.PauseAsync(storage.Tenant, replay.Id, storage.Stop))!.Status);
        await storage.RunAsync();
        Assert.Equal(0, (await storage.FindAsync(replay)).Replayed);
        Assert.Equal(ReplayStatus.Running, (await replays.ResumeAsync(storage.Tenant, replay.Id, storage.Stop))!.Status);
        await storage.RunAsync();
        Assert.Equal(ReplayStatus.Canceled, (await replays.CancelAsync(storage.Tenant, replay.Id, storage.Stop))!.Status);
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        await storage.RunAsync();

        Assert.Equal(3, (await storage.AllAsync()).Count(d => d.Round == 2));
        Assert.Equal(ReplayStatus.Canceled, (await replays.ResumeAsync(storage.Tenant, replay.Id, storage.Stop))!.Status);
        Assert.Null(await replays.CancelAsync(Id<Storage.Tenants.Tenant>.New(TestStorage.Start), replay.Id, storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Is_one_however_often_and_at_once_its_key_comes(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.ParkAsync(2);

        var asked = await Story.TogetherAsync(6, () => storage.Get<ReplayStore>().AddAsync(storage.NewReplay(key: "k"), storage.Stop));
        var other = await storage.Get<ReplayStore>().AddAsync(storage.NewReplay(key: "k", request: "another"), storage.Stop);

        var first = Assert.Single(asked.OfType<Asked.Accepted>()).Replay.Id;
        Assert.All(asked.OfType<Asked.Repeated>(), repeated => Assert.Equal(first, repeated.Replay.Id));
        Assert.IsType<Asked.KeyReused>(other);
        Assert.Equal([first], (await storage.Get<ReplayStore>().ListAsync(storage.Tenant, null, 10, storage.Stop)).Select(r => r.Id));
    }

    [Theory, EveryDatabase]
    public async Task Is_forgotten_thirty_days_after_its_end(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.AskAsync();
        await storage.RunAsync();
        storage.Clock.Advance(ReplayRuns.KeptFor - TimeSpan.FromMilliseconds(1));

        Assert.Equal(0, await storage.Get<ReplayRuns>().TidyAsync(storage.Stop));
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await storage.Get<ReplayRuns>().TidyAsync(storage.Stop));
    }
}
