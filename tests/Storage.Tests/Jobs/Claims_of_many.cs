using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Tenants;
using Storage.Tests.Databases;

namespace Storage.Tests.Jobs;

public sealed class Claims_of_many
{
    [Theory, EveryDatabase]
    public async Task Are_served_first_come_first_served(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        for (var i = 0; i < 4; i++)
            await SubmitNextAsync(storage, "a");
        await SubmitNextAsync(storage, "b"); // the second has had enough by then, and nobody else does these

        var round = await storage.Claims.ClaimAsync([Wish(storage, 1, "a"), Wish(storage, 2, "b", "a"), Wish(storage, 9, "a")], 0, storage.Stop);

        Assert.Equal([1, 2, 1], round.Given.Select(jobs => jobs.Count));
        Assert.False(round.MayBeMore);
        Assert.All(round.Given.Index(), given => Assert.All(given.Item, job => Assert.Equal(1, job.Fence)));
        Assert.Equal(4, round.Given.SelectMany(jobs => jobs).Select(j => j.Id).Distinct().Count());
    }

    [Theory, EveryDatabase]
    public async Task Give_each_tenth_job_by_age_so_that_nothing_starves(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var patient = await SubmitNextAsync(storage, "a", priority: 9);
        for (var i = 0; i < 30; i++)
            await SubmitNextAsync(storage, "a", priority: 0);

        var order = new List<Id<Job>>();
        for (var i = 0; i < 12; i++)
            order.Add(Assert.Single((await storage.Claims.ClaimAsync([Wish(storage, 1, "a")], i, storage.Stop)).Given[0]).Id);

        Assert.Equal(9, order.IndexOf(patient.Id));
    }

    [Theory, EveryDatabase]
    public async Task Keep_to_the_tenant_of_each(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var stranger = Id<Tenant>.New(storage.Clock.GetUtcNow());
        await storage.SubmitAsync(storage.NewJob("a", tenant: stranger));

        Assert.Empty(await storage.Claims.ClaimAsync(Wish(storage, 9, "a"), storage.Stop));
        Assert.Single(await storage.Claims.ClaimAsync(Wish(storage, 9, "a") with { Tenant = stranger }, storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Know_when_the_next_job_becomes_due(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var now = storage.Clock.GetUtcNow();
        await storage.SubmitAsync(storage.NewJob("a", priority: 0, dueAt: now.AddSeconds(30)));
        await storage.SubmitAsync(storage.NewJob("a", priority: 9, dueAt: now.AddSeconds(20)));
        await storage.SubmitAsync(storage.NewJob("b", dueAt: now.AddSeconds(10)));
        await storage.SubmitAsync(storage.NewJob("a"));

        Assert.Equal(now.AddSeconds(20), await storage.Claims.NextDueAsync([Wish(storage, 1, "a", "c")], now, storage.Stop));
        Assert.Equal(now.AddSeconds(10), await storage.Claims.NextDueAsync([Wish(storage, 1, "a") with { Tenant = null, Types = ["a", "b"] }], now, storage.Stop));
        Assert.Null(await storage.Claims.NextDueAsync([Wish(storage, 1, "c")], now, storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Stop_at_a_size_and_say_that_there_may_be_more(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => storage.SubmitAsync(storage.NewJob("a"))));
        var wishes = Enumerable.Repeat(Wish(storage, 1, "a"), 300).ToList();

        var first = await storage.Claims.ClaimAsync(wishes, 0, storage.Stop);
        var second = await storage.Claims.ClaimAsync(wishes, 0, storage.Stop);

        Assert.Equal((200, true), (first.Given.Sum(jobs => jobs.Count), first.MayBeMore));
        Assert.Equal((50, false), (second.Given.Sum(jobs => jobs.Count), second.MayBeMore));
    }

    private static ClaimWish Wish(TestStorage storage, int max, params string[] types) => new(storage.Tenant, types, max, "worker", Story.Lease);

    private static Task<Job> SubmitNextAsync(TestStorage storage, string type, int priority = 5)
    {
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return storage.SubmitAsync(storage.NewJob(type, priority));
    }
}
