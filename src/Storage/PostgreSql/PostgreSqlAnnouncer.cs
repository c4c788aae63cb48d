using Npgsql;
using Storage.Sql;
using Storage.Waking;

namespace Storage.PostgreSql;

/// <summary><c>LISTEN</c> on a connection of its own, <c>NOTIFY</c> in transactions of their own.</summary>
internal sealed class PostgreSqlAnnouncer(Database database, string connectionString) : Announcer
{
    private const string Channel = "webhooks";

    // A notification counts as a write, and its commit would wait for the disk; what a power cut takes away nobody needs to be told.
    private readonly PlainStatement _say = new($"SELECT set_config('synchronous_commit', 'off', true), pg_notify('{Channel}', @text)");

    private volatile bool _hears;

    public override bool Speaks => true;

    public override bool HearsAll => _hears;

    public override Task SayAsync(string text, CancellationToken stop) =>
        database.ReadAsync(session => session.ReadAsync(_say, row => row, [("text", text)], stop), stop);

    public override async Task ListenAsync(Action begins, Action<string> hears, CancellationToken stop)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, KeepAlive = 10, ApplicationName = "webhooks listener" };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Notification += (_, notification) => hears(notification.Payload);
        try
        {
            await connection.OpenAsync(stop);
            await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
                await listen.ExecuteNonQueryAsync(stop);
            _hears = true;
            begins();
            while (true)
                await connection.WaitAsync(stop);
        }
        finally
        {
            _hears = false;
        }
    }
}
