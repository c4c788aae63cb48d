using Microsoft.EntityFrameworkCore;

namespace Storage.SqlServer;

internal sealed class SqlServerWebhooksDb(DbContextOptions<SqlServerWebhooksDb> options) : WebhooksDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        base.ConfigureConventions(configuration);
        // Names, origins and codes are compared byte by byte on the other databases; so they are here.
        configuration.Properties<string>().UseCollation("Latin1_General_100_BIN2");
    }
}
