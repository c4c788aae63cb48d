using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tests.Databases;

namespace Storage.Tests.Deliveries;

public sealed class The_queue_of_a_receiver
{
    [Theory, EveryDatabase]
    public async Task Is_read_for_many_at_once_each_by_its_own_number_earliest_first(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var receivers = Enumerable.Range(0, 5).Select(n => $"https://r{n}.example/").ToList();
        for (var i = 0; i < 4; i++)
        {
            foreach (var url in receivers)
                await storage.SubmitWithCallbackAsync(JobEventType.Enqueued.ToSet(), url);
            storage.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        (Id<Receiver> Id, int Take)[] takes = [.. receivers.Select((url, n) => (Receiver.IdOf(storage.Tenant, Origin.Of(url)), n + 1))];

        var page = await storage.ReadQueueAsync(takes);

        Assert.Equal(1 + 2 + 3 + 4 + 4, page.Count);
        foreach (var (id, take) in takes)
            Assert.Equal(
                Enumerable.Range(0, Math.Min(take, 4)).Select(second => TestStorage.Start.AddSeconds(second)),
                page.Where(d => d.ReceiverId == id).Select(d => d.DueAt));
    }

    [Theory, EveryDatabase]
    public async Task Shows_what_is_due_later_too_but_nothing_that_is_settled(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        for (var i = 0; i < 3; i++)
        {
            await storage.FinishAsync();
            storage.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var queue = await storage.ReadQueueAsync();
        await storage.StartAsync(queue[0], queue[1]);
        await storage.SettleAsync(
            storage.Delivered(queue[0]),
            storage.Parked(queue[1]) with { Status = DeliveryStatus.Pending, Reason = null, DueAt = TestStorage.Start.AddHours(1) });

        var rest = await storage.ReadQueueAsync();

        Assert.Equal([queue[2].Id, queue[1].Id], rest.Select(d => d.Id));
        Assert.Equal([(0, 0, 0), (1, 1, 1)], rest.Select(d => (d.Attempts, d.Failures, d.LastNumber)));
    }

    [Theory, EveryDatabase]
    public async Task Comes_with_the_stored_bytes_of_each_event_and_where_they_go(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = storage.NewJob();
        var bare = storage.NewCallback(job, "https://receiver.example/bare", Story.AllEvents);
        var secretive = new Callback
        {
            Id = Id<Callback>.New(TestStorage.Start), TenantId = job.TenantId, JobId = job.Id, Url = "https://receiver.example/secretive",
            Events = JobEventType.Started.ToSet(), ReceiverId = bare.ReceiverId, CreatedAt = TestStorage.Start, Private = [1, 0, 255],
        };
        await storage.SubmitAsync(job, bare, secretive);
        await storage.ClaimAsync();
        var queue = await storage.ReadQueueAsync();
        var events = (await storage.Jobs.EventsAsync(job.Id, 0, 10, storage.Stop)).ToDictionary(e => e.Seq, e => e.Body);

        var letters = await storage.Database.ReadAsync(s => DeliveryPages.ReadLettersAsync(s, queue, storage.Stop), storage.Stop);

        Assert.Equal(3, letters.Count);
        foreach (var letter in letters)
        {
            var owed = queue.Single(d => d.Id == letter.DeliveryId);
            Assert.Equal(events[owed.Seq], letter.Body);
            Assert.Equal(owed.BodyBytes, letter.Body.Length);
            Assert.Equal(owed.CallbackId == bare.Id ? bare.Url : secretive.Url, letter.Url);
            Assert.Equal(owed.CallbackId == bare.Id ? null : secretive.Private, letter.Private);
        }
    }
}
