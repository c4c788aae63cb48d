using Microsoft.EntityFrameworkCore;

namespace Storage.SqlServer;

internal sealed class SqlServerWebhooksDb(DbContextOptions<SqlServerWebhooksDb> options) : WebhooksDb(options)
{
    /// <summary>Names, origins and codes are compared byte by byte on the other databases; so they are here.</summary>
    public const string Collation = "Latin1_General_100_BIN2";

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        base.ConfigureConventions(configuration);
        configuration.Properties<string>().UseCollation(Collation);
    }
}
