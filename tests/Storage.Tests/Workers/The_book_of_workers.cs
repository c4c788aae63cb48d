using Storage.Jobs.Claims;
using Storage.Tests.Databases;
using Storage.Workers;

namespace Storage.Tests.Workers;

public sealed class The_book_of_workers
{
    [Theory, EveryDatabase]
    public async Task Is_written_at_once_for_a_new_worker_and_every_few_seconds_for_others(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var (book, workers) = (storage.Get<WorkerBook>(), storage.Get<WorkerStore>());

        book.Asks(storage.Tenant, "one", ["a", "b"], "1.0");
        Assert.Equal(1, await workers.WriteNewsAsync(all: false, storage.Stop));
        for (var i = 0; i < 1000; i++)
            book.Asks(storage.Tenant, "one", ["a", "b"], "1.0");
        Assert.Equal(0, await workers.WriteNewsAsync(all: false, storage.Stop));
        storage.Clock.Advance(WorkerBook.Pause);
        Assert.Equal(1, await workers.WriteNewsAsync(all: false, storage.Stop));
        storage.Clock.Advance(WorkerBook.Pause);
        Assert.Equal(0, await workers.WriteNewsAsync(all: false, storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Counts_what_each_holds_and_has_ended(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var (book, workers) = (storage.Get<WorkerBook>(), storage.Get<WorkerStore>());
        for (var i = 0; i < 3; i++)
            await storage.SubmitAsync();
        book.Asks(storage.Tenant, "worker", ["echo"], null);
        book.Asks(storage.Tenant, "idle", ["other"], null);
        var jobs = await storage.Claims.ClaimAsync(new ClaimWish(storage.Tenant, ["echo"], 3, "worker", Story.Lease), storage.Stop);
        book.Ends(jobs[0], "worker", finished: true);
        book.Ends(jobs[1], "worker", finished: false);
        await workers.WriteNewsAsync(all: true, storage.Stop);
        book.Ends(jobs[1], "worker", finished: false);

        var listed = await workers.ListAsync(storage.Tenant, null, 10, storage.Stop);

        Assert.Equal([("idle", 0, 0L, 0L), ("worker", 3, 1L, 2L)], listed.Select(w => (w.Worker.Name, w.Held, w.Worker.Finished, w.Worker.Failed)));
        Assert.Equal("worker", Assert.Single(await workers.ListAsync(storage.Tenant, "idle", 10, storage.Stop)).Worker.Name);
    }

    [Theory, EveryDatabase]
    public async Task Knows_who_is_there_and_forgets_who_is_long_gone(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var (book, workers) = (storage.Get<WorkerBook>(), storage.Get<WorkerStore>());
        book.Asks(storage.Tenant, "remote", ["a", "b"], null);
        book.Asks(Worker.Everybody, "host", ["b"], null);
        await workers.WriteNewsAsync(all: true, storage.Stop);

        Assert.Equal([("a", 1), ("b", 2)], (await workers.LiveTypesAsync(storage.Tenant, storage.Stop)).Select(t => (t.Key, t.Value)).Order());
        Assert.Equal(["b"], (await workers.LiveTypesAsync(Id<Storage.Tenants.Tenant>.New(TestStorage.Start), storage.Stop)).Keys);
        storage.Clock.Advance(WorkerBook.Grace);
        Assert.Empty(await workers.LiveTypesAsync(storage.Tenant, storage.Stop));
        Assert.Empty(book.LiveTypes(storage.Tenant));
        Assert.Equal(2, (await workers.ListAsync(storage.Tenant, null, 10, storage.Stop)).Count);
        storage.Clock.Advance(WorkerStore.Remembered);
        Assert.Equal(2, await workers.ForgetAsync(storage.Stop));
        Assert.Empty(await workers.ListAsync(storage.Tenant, null, 10, storage.Stop));
    }
}
