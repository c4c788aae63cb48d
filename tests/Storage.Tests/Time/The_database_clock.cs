using Microsoft.EntityFrameworkCore;
using Storage.Tests.Databases;

namespace Storage.Tests.Time;

public sealed class The_database_clock
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    [Theory, EveryDatabase]
    public async Task Shows_what_the_database_shows_in_whole_milliseconds(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var clock = storage.Get<DatabaseClock>();

        Assert.InRange(clock.MachineAhead, -Tolerance, Tolerance);
        Assert.InRange(clock.GetUtcNow() - TimeProvider.System.GetUtcNow(), -Tolerance, Tolerance);
        Assert.Equal(0, clock.GetUtcNow().Ticks % TimeSpan.TicksPerMillisecond);
        Assert.Equal(TimeSpan.Zero, clock.GetUtcNow().Offset);
    }

    [Fact]
    public async Task Follows_a_database_that_is_a_day_ahead()
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        await using (var db = storage.Database.CreateContext())
        {
            // A function of the same name, which every connection opened from now on finds first.
            await db.Database.ExecuteSqlRawAsync(
                """
                CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
                    AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 day' $$;
                DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$;
                """,
                storage.Stop);
            Npgsql.NpgsqlConnection.ClearPool((Npgsql.NpgsqlConnection)db.Database.GetDbConnection());
        }
        var clock = new DatabaseClock();
        Assert.InRange(clock.GetUtcNow() - TimeProvider.System.GetUtcNow(), -Tolerance, Tolerance);

        await clock.FollowAsync(storage.Database, storage.Stop);

        Assert.InRange(clock.MachineAhead, TimeSpan.FromDays(-1) - Tolerance, TimeSpan.FromDays(-1) + Tolerance);
        Assert.InRange(clock.GetUtcNow() - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1) - Tolerance, TimeSpan.FromDays(1) + Tolerance);
    }

    [Fact]
    public async Task Is_not_misled_by_a_slow_first_answer()
    {
        await using var storage = await TestStorage.OnAsync(On.PostgreSql);
        await using (var db = storage.Database.CreateContext())
        {
            // The middle of this round trip is two seconds before the time that it tells.
            await db.Database.ExecuteSqlRawAsync(
                """
                CREATE SEQUENCE public.asked;
                CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $$
                BEGIN
                    IF nextval('public.asked') = 1 THEN PERFORM pg_sleep(4); END IF;
                    RETURN pg_catalog.clock_timestamp();
                END $$;
                DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$;
                """,
                storage.Stop);
            Npgsql.NpgsqlConnection.ClearPool((Npgsql.NpgsqlConnection)db.Database.GetDbConnection());
        }
        var clock = new DatabaseClock();

        await clock.FollowAsync(storage.Database, storage.Stop);

        Assert.InRange(clock.MachineAhead, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1)); // the server runs on this machine
    }
}
