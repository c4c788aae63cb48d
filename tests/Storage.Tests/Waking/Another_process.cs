using Npgsql;
using Microsoft.Extensions.DependencyInjection;
using Storage.Jobs;
using Storage.Tests.Databases;
using Storage.Waking;

namespace Storage.Tests.Waking;

/// <summary>Two processes on one database; what one commits, readers in the other hear of.</summary>
public sealed class Another_process
{
    [Fact]
    public async Task Is_told_which_jobs_moved_and_that_work_is_due()
    {
        await using var here = await TestStorage.OnAsync(On.PostgreSql);
        await using var there = await here.Neighbour(On.PostgreSql).StartLoopsAsync();
        await HearingAsync(there);
        var (jobs, deliveries) = (there.Get<Bells>().Jobs, there.Get<Bells>().Deliveries);
        await Task.WhenAll(jobs.RungAsync(), deliveries.RungAsync()); // the new connection: anything may have happened before

        var job = await here.SubmitWithCallbackAsync();
        await jobs.RungAsync();
        using var watch = there.Watch(job);
        await here.ClaimAsync();
        await watch.UntilAsync(2);
        Assert.False(watch.Ended);
        await here.SucceedAsync(job.Id);
        await watch.UntilAsync(3);
        await deliveries.RungAsync();

        Assert.True(watch.Ended);
    }

    [Fact]
    public async Task Is_heard_again_after_its_connection_broke_and_nothing_is_missed()
    {
        await using var here = await TestStorage.OnAsync(On.PostgreSql);
        await using var there = await here.Neighbour(On.PostgreSql).StartLoopsAsync();
        await HearingAsync(there);
        var job = await here.SubmitAsync();
        using var watch = there.Watch(job);

        await using (var db = here.Database.CreateContext())
            Assert.Equal(1, await BreakListenersAsync(db));
        await here.ClaimAsync();
        await watch.UntilAsync(2);
        await HearingAsync(there);
        await here.SucceedAsync(job.Id);
        await watch.UntilAsync(3);
    }

    [Fact]
    public async Task Is_asked_in_the_database_where_it_cannot_be_heard()
    {
        await using var here = await TestStorage.OnAsync(On.PostgreSql);
        await using var there = here.Neighbour(On.PostgreSql, services => services.AddSingleton<Announcer, Announcer.Mute>());
        var job = await here.SubmitAsync();
        using var watch = there.Watch(job);
        await here.ClaimAsync();

        await there.Get<Lookout>().RunOnceAsync(there.Stop);

        Assert.Equal((2, false), (watch.Version, watch.Ended));
        Assert.Null(watch.Read(1));
        await here.SucceedAsync(job.Id);
        await there.Get<Lookout>().RunOnceAsync(there.Stop);
        Assert.Equal((3, true), (watch.Version, watch.Ended));
    }

    /// <summary>Waits until the other process listens.</summary>
    private static async Task HearingAsync(TestStorage storage)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!storage.Get<Announcer>().HearsAll)
            await pause.WaitForNextTickAsync(storage.Stop);
    }

    private static async Task<int> BreakListenersAsync(WebhooksDb db)
    {
        await using var connection = new NpgsqlConnection(Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.GetConnectionString(db.Database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'webhooks listener'",
            connection);
        return (int)(long)(await command.ExecuteScalarAsync())!;
    }
}
