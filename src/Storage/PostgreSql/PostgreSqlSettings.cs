using Npgsql;

namespace Storage.PostgreSql;

/// <summary>What a connection string leaves open, as it suits us; what it says stays.</summary>
internal static class PostgreSqlSettings
{
    public static string Complete(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        if (IsOpen("Max Auto Prepare"))
            settings.MaxAutoPrepare = 100;

        // Sessions leave nothing behind, so nothing has to be reset: that would be seven statements each time that a connection is taken from the pool.
        if (IsOpen("No Reset On Close"))
            settings.NoResetOnClose = true;

        // Whoever gives up ends the connection, and does not first ask a server to stop that may be silent.
        if (IsOpen("Cancellation Timeout"))
            settings.CancellationTimeout = -1;
        return settings.ConnectionString;

        bool IsOpen(string keyword) => !settings.ShouldSerialize(keyword); // ContainsKey answers whether there is such a setting at all
    }
}
