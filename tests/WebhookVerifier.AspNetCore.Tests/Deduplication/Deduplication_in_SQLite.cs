using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace WebhookVerifier.AspNetCore.Tests.Deduplication;

public sealed class Deduplication_in_SQLite : DeduplicationSuite, IAsyncLifetime
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"claims-{Guid.NewGuid():N}.db");
    private readonly SqlDeduplicationOptions options = new();
    private readonly SqlDeduplication store;

    public Deduplication_in_SQLite() => store = new SqlDeduplication(Connect, options, Clock);

    protected override IDeduplication Store => store;

    public async ValueTask InitializeAsync() => await store.EnsureTableAsync(Stop);

    [Fact]
    public async Task gives_each_event_to_exactly_one_of_sixteen_threads()
    {
        const int events = 10;
        using var start = new Barrier(16);

        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var own = new SqlDeduplication(Connect, options, Clock);
                return Enumerable.Range(0, events).Select(n =>
                {
                    start.SignalAndWait(Stop);
                    return own.BeginAsync($"evt_{n}", Stop).GetAwaiter().GetResult();
                }).ToArray();
            },
            Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        var winners = claims.SelectMany(one => one).Where(claim => claim.State == ClaimState.New).ToArray();
        Assert.Equal(Enumerable.Range(0, events).Select(n => $"evt_{n}").Order(), winners.Select(claim => claim.Id).Order());
    }

    [Fact]
    public async Task loses_a_lapsed_event_to_whoever_takes_it_over_first()
    {
        await Begin("evt_a", ClaimState.New);
        Clock.Advance(TimeSpan.FromSeconds(60));
        var statements = 0;
        var slow = new SqlDeduplication(
            () =>
            {
                // Purge, insert, read, and now the take-over: the other one is faster.
                if (++statements == 4) Assert.Equal(ClaimState.New, store.BeginAsync("evt_a", Stop).GetAwaiter().GetResult().State);
                return Connect();
            },
            options, Clock);

        Assert.Equal(ClaimState.InProgress, (await slow.BeginAsync("evt_a", Stop)).State);
        Assert.True(statements > 4);
    }

    [Fact]
    public async Task reads_who_was_first_when_its_own_insert_fails()
    {
        // What the loser of a race sees on a server: another's row is there, and the insert is an error.
        Execute("""
            CREATE TRIGGER another_was_first BEFORE INSERT ON webhook_claims BEGIN
              INSERT INTO webhook_claims VALUES (NEW.claim_key, NEW.webhook_id, 'another', 0, NEW.expires_at);
              SELECT RAISE(FAIL, 'duplicate key');
            END
            """);

        await Begin("evt_a", ClaimState.InProgress);
    }

    [Fact]
    public async Task keeps_one_row_per_event_by_a_unique_key()
    {
        await Begin("evt_a", ClaimState.New);

        Assert.ThrowsAny<DbException>(() => Execute("INSERT INTO webhook_claims SELECT * FROM webhook_claims"));
    }

    [Fact]
    public async Task creates_its_table_once_even_when_many_ask()
    {
        var fresh = new SqlDeduplicationOptions { Table = "other_claims" };
        var stores = Enumerable.Range(0, 8).Select(_ => new SqlDeduplication(Connect, fresh, Clock)).ToArray();

        await Parallel.ForEachAsync(stores, Stop, async (one, stop) => await one.EnsureTableAsync(stop));

        Assert.Equal(ClaimState.New, (await stores[0].BeginAsync("evt_a", Stop)).State);
        Assert.Equal(ClaimState.InProgress, (await stores[1].BeginAsync("evt_a", Stop)).State);
        await Begin("evt_a", ClaimState.New);
    }

    [Fact]
    public async Task fails_without_its_table_and_hands_out_nothing()
    {
        var lost = new SqlDeduplication(Connect, new SqlDeduplicationOptions { Table = "not_there" }, Clock);

        await Assert.ThrowsAnyAsync<DbException>(() => lost.BeginAsync("evt_a", Stop));
    }

    [Fact]
    public async Task clears_out_what_has_expired()
    {
        await store.CompleteAsync(await Begin("done", ClaimState.New), Stop);
        await Begin("crashed", ClaimState.New);

        Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await store.PurgeAsync(Stop));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await store.PurgeAsync(Stop));
        Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, await store.PurgeAsync(Stop));
    }

    [Fact]
    public async Task clears_out_by_itself_as_hours_pass()
    {
        await store.CompleteAsync(await Begin("done", ClaimState.New), Stop);
        Clock.Advance(TimeSpan.FromDays(8));

        await Begin("another", ClaimState.New);

        Assert.Equal(0, await store.PurgeAsync(Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("claims; DROP TABLE jobs")]
    [InlineData("Claims")]
    [InlineData("1claims")]
    [InlineData("\"claims\"")]
    public void takes_no_name_that_could_be_anything_else(string table) =>
        Assert.Throws<ArgumentException>(() => new SqlDeduplicationOptions { Table = table });

    [Fact]
    public async Task can_be_registered_for_all_endpoints()
    {
        await using var services = new ServiceCollection()
            .AddSqlWebhookDeduplication(_ => Connect(), sql => sql.Table = "registered")
            .BuildServiceProvider();

        await services.GetRequiredService<SqlDeduplication>().EnsureTableAsync(Stop);

        Assert.Equal(ClaimState.New, (await services.GetRequiredService<IDeduplication>().BeginAsync("evt_a", Stop)).State);
    }

    [Fact]
    public async Task runs_on_a_data_source_too()
    {
        await using var database = SqliteFactory.Instance.CreateDataSource($"Data Source={file}");
        var other = new SqlDeduplication(database);

        Assert.Equal(ClaimState.New, (await other.BeginAsync("evt_a", Stop)).State);
    }

    public ValueTask DisposeAsync()
    {
        using (var connection = Connect()) SqliteConnection.ClearPool(connection);
        File.Delete(file);
        return ValueTask.CompletedTask;
    }

    private void Execute(string sql)
    {
        using var connection = Connect();
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Connect() => new($"Data Source={file}");
}
