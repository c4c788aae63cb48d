using Storage.Gates;
using Storage.Jobs;
using Storage.Tests.Databases;
using Storage.Workers;

namespace Storage.Tests.Sql;

/// <summary>What the doors let in comes back as it was, and what differs in one character is something else, whatever a collation thinks.</summary>
public sealed class A_text
{
    private static readonly string[] Awkward = ["ä", "A\u0308", "straße", "STRASSE", "İstanbul", "'; DROP TABLE Jobs; --", "a%_[b]", "\t\r\n", "👩🏽‍💻", "\u202ertl", "\ufeff", "", " "];

    [Theory, EveryDatabase]
    public async Task Comes_back_as_it_was(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync();
        var job = Assert.Single(await storage.ClaimAsync());
        foreach (var text in (string[])[.. Awkward, new('ü', 1000), string.Concat(Enumerable.Repeat("👍", 500))])
        {
            await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Report(log, row, job.Fence, 1, text), storage.Stop);
            Assert.Equal(text, (await storage.FindAsync(job.Id)).ProgressMessage);
        }
    }

    [Theory, EveryDatabase]
    public async Task Is_another_key_in_another_case_with_a_space_or_an_accent(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        string[] keys = ["key", "KEY", "key ", " key", "kéy", "ke\u0301y", "key\u200b"];

        foreach (var key in keys)
            Assert.IsType<Submitted.Accepted>(await storage.Writer.SubmitAsync(storage.NewJob(key: key), [], storage.Stop));
        foreach (var key in keys)
            Assert.IsType<Submitted.Replayed>(await storage.Writer.SubmitAsync(storage.NewJob(key: key), [], storage.Stop));
        Assert.Equal(keys.Length, (await storage.Jobs.ListAsync(storage.Tenant, new(null, null, null, null, null, 100), storage.Stop)).Count);
    }

    [Theory, EveryDatabase]
    public async Task Is_another_type_or_worker_in_another_case(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await storage.SubmitAsync(storage.NewJob(type: "report"));
        await storage.SubmitAsync(storage.NewJob(type: "report.x"));
        await storage.Gates.PauseAsync(new JobQueue(storage.Tenant, "report"), storage.Stop);

        Assert.Equal("report.x", Assert.Single(await storage.ClaimAsync(["report", "report.x", "reporT"], 10)).Type);
        storage.Get<WorkerBook>().Asks(storage.Tenant, "worker", ["report"], null);
        storage.Get<WorkerBook>().Asks(storage.Tenant, "Worker", ["report"], null);
        Assert.Equal(["Worker", "worker"], (await storage.Get<WorkerStore>().ListAsync(storage.Tenant, null, 10, storage.Stop)).Select(w => w.Worker.Name));
    }
}
