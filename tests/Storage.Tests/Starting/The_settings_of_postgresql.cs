using Npgsql;
using Storage.PostgreSql;

namespace Storage.Tests.Starting;

public sealed class The_settings_of_postgresql
{
    [Fact]
    public void Are_ours_where_the_connection_string_says_nothing()
    {
        var settings = Complete("Host=db;Username=webhooks");

        Assert.Equal(("db", "webhooks"), (settings.Host, settings.Username));
        Assert.Equal((100, true, -1), (settings.MaxAutoPrepare, settings.NoResetOnClose, settings.CancellationTimeout));
    }

    [Fact]
    public void Are_those_of_the_connection_string_where_it_says_something()
    {
        var settings = Complete("Host=db;Max Auto Prepare=0;No Reset On Close=false;Cancellation Timeout=2000");

        Assert.Equal((0, false, 2000), (settings.MaxAutoPrepare, settings.NoResetOnClose, settings.CancellationTimeout));
    }

    private static NpgsqlConnectionStringBuilder Complete(string connection) => new(PostgreSqlSettings.Complete(connection));
}
